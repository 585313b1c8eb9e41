"""The protocol as a spreadsheet: five sheets, in Spanish and in English, as an Excel workbook or CSV files."""
