"""The four columns that say who has which part in which areas; of people and of roles."""

from protocol.workbook.columns import column_of

_NOTE = "{} Varias áreas, separadas por punto y coma.", "{} Several areas, separated by semicolons."


def _note(es: str, en: str) -> tuple[str, str]:
    return _NOTE[0].format(es), _NOTE[1].format(en)


RACI = (
    column_of(
        "responsible",
        ("Responsable de", "Responsible for"),
        _note("Lo hace.", "Does it."),
        ("ejecuta", "does"),
        width=28,
    ),
    column_of(
        "accountable",
        ("Rinde cuentas de", "Accountable for"),
        _note("Responde de ello.", "Answers for it."),
        ("aprueba", "approves"),
        width=28,
    ),
    column_of(
        "consulted",
        ("Se le consulta", "Consulted on"),
        _note("Se le pregunta antes.", "Is asked before."),
        ("consultado", "consultada"),
        width=28,
    ),
    column_of(
        "informed",
        ("Se le informa", "Informed of"),
        _note("Se le dice después.", "Is told after."),
        ("informado", "informada"),
        width=28,
    ),
)
