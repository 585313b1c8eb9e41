"""The rules as a spreadsheet of their own: one sheet, in Spanish and in English, as an Excel workbook or CSV."""
