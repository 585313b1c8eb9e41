"""What only a sheet of rules can have wrong."""

from protocol.workbook.columns import said

RULE_SENTENCES = {
    "decimal": said(
        "no es un número que se entienda sin duda",
        "escríbalo sin separar los miles, como 1500 o 2,5",
        "it is not a number that can be read in one way only",
        "write it without marks between thousands, like 1500 or 2.5",
    ),
    "span": said(
        "no es un espacio de tiempo",
        "escríbalo como 30m, 2h o 3d",
        "it is not a span of time",
        "write it like 30m, 2h or 3d",
    ),
    "band": said(
        "no es un límite",
        "escriba dónde se entra y, si quiere, dónde se sale: 4 o 4 / 3",
        "it is not a limit",
        "write where it is entered and, if you like, where it is left: 4 or 4 / 3",
    ),
    "rule_key": said(
        "no puede ser una clave",
        "escriba minúsculas, cifras y guiones, como {choices}",
        "it cannot be a key",
        "use small letters, digits and hyphens, like {choices}",
    ),
    "need": said(
        "no dice cuántas señales hacen falta",
        "escriba todas, alguna o un número",
        "it does not say how many signals are needed",
        "write all, any or a number",
    ),
    "not_for": said(
        "una regla de tipo {item} no lo dice",
        "vacíe la celda",
        "a rule of kind {item} does not say it",
        "empty the cell",
    ),
    "unknown_playbook": said(
        "no hay ningún playbook {item}",
        "cárguelo con crisis load, o use uno de: {choices}",
        "there is no playbook {item}",
        "load it with crisis load, or use one of: {choices}",
    ),
    "unknown_subject": said(
        "{item} no es un asunto del protocolo",
        "añádalo, o use uno de: {choices}",
        "{item} is no subject of the protocol",
        "add it, or use one of: {choices}",
    ),
    "unknown_combination": said(
        "{item} no es una combinación de esta hoja",
        "añada su fila con Tipo: combinación, o corrija la clave",
        "{item} is no combination of this sheet",
        "add its row with Kind: combination, or correct the key",
    ),
    "signal_says": said(
        "una señal no lo dice; lo dice la fila de su combinación",
        "vacíe la celda",
        "a signal does not say it; the row of its combination does",
        "empty the cell",
    ),
    "nested": said(
        "una combinación no contiene otra",
        "escriba sus señales una a una",
        "a combination holds no other",
        "write its signals one by one",
    ),
    "few_signals": said(
        "una combinación tiene de 2 a {most} señales, y esta tiene {item}",
        "escriba una fila por señal, con esta clave en Señal de",
        "a combination has 2 to {most} signals, and this one has {item}",
        "write a row for each signal, with this key under Signal of",
    ),
    "rule": said("{item}", "corríjalo", "{item}", "correct it"),
}
