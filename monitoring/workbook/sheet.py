"""The sheet *rules*: one row for each rule, and one for each signal of a combination."""

from monitoring.workbook.choices import ACTION_WORDS, KIND_WORDS, NEED_WORDS
from monitoring.workbook.sentences import RULE_SENTENCES
from protocol.words import Level
from protocol.workbook.choices import YES_NO
from protocol.workbook.columns import Column, Sheet, Words, column_of

LEVELS = tuple(level for level in Level if level.rank)
_COLOURS = {
    Level.YELLOW: ("Amarillo", "Yellow", "amarillo", "yellow"),
    Level.ORANGE: ("Naranja", "Orange", "naranja", "orange"),
    Level.RED: ("Rojo", "Red", "rojo", "red"),
}
_SPAN = ("Como 30m, 2h o 3d.", "Like 30m, 2h or 3d.")


def action_column(level: Level) -> str:
    """The name of the column that says what a level does."""
    return f"{level.value}_action"


def _level(level: Level) -> Column:
    es, en, _, __ = _COLOURS[level]
    notes = (
        "El límite: número, múltiplo, desviaciones o porcentaje según el tipo; en un silencio, como 20m. "
        "Con «4 / 3» se entra en 4 y se sale bajo 3.",
        "The limit: a number, multiple, deviations or per cent by the kind; of a silence, like 20m. "
        "With “4 / 3” it is entered at 4 and left below 3.",
    )
    return column_of(level.value, (es, en), notes, (f"límite {es}", f"{en} limit"), width=11)


def _action(level: Level) -> Column:
    _, __, es, en = _COLOURS[level]
    notes = (
        "Anotar: solo queda en la lista. Preguntar: la guardia dice si es real. Abrir: se abre un incidente. "
        "Vacía: abrir.",
        "Note: it only stands in the list. Ask: the duty officer says whether it is real. Open: an incident opens. "
        "Empty: open.",
    )
    return column_of(action_column(level), (f"En {es}", f"At {en}"), notes, (f"acción {en}",), ACTION_WORDS, width=13)


RULES = Sheet(
    "rules",
    Words("Reglas", "Rules"),
    Words("reglas", "rules"),
    (
        column_of(
            "key",
            ("Clave", "Key"),
            (
                "Un nombre corto y fijo de la regla: minúsculas, cifras y guiones. En una señal, vacía.",
                "A short name of the rule that stays: small letters, digits and hyphens. Of a signal, empty.",
            ),
            ("regla", "rule", "código"),
            width=24,
        ),
        column_of(
            "kind",
            ("Tipo", "Kind"),
            (
                "Fija: tantas. Múltiplo: tantas veces lo habitual. Media móvil: desviaciones. Estacional y ráfaga: lo "
                "improbable. Porcentaje: parte de otra serie. Silencio: nadie cuenta. Combinación: varias señales.",
                "Static: so many. Ratio: so many times the usual. Moving average: deviations. Seasonal and burst: how "
                "improbable. Share: part of another series. Absence: nobody counts. Combination: several signals.",
            ),
            ("clase", "type"),
            KIND_WORDS,
            width=16,
        ),
        column_of(
            "series",
            ("Serie", "Series"),
            ("La serie de lecturas que vigila.", "The series of readings that it watches."),
            ("serie de lecturas", "series of readings"),
            width=30,
        ),
        column_of(
            "combination",
            ("Señal de", "Signal of"),
            (
                "La clave de la combinación de la que esta fila es una señal. Vacía, la fila es una regla.",
                "The key of the combination that this row is a signal of. Empty, the row is a rule.",
            ),
            ("combinación", "combination"),
            width=20,
        ),
        column_of(
            "playbook",
            ("Playbook", "Playbook"),
            ("El que abre; su clave.", "The one that it opens; its key."),
            ("plan",),
            width=20,
        ),
        column_of(
            "subject",
            ("Asunto", "Subject"),
            ("De qué trata; la clave de un asunto del protocolo.", "What it is about; a subject of the protocol."),
            ("tema",),
            width=18,
        ),
        *(_level(level) for level in LEVELS),
        *(_action(level) for level in LEVELS),
        column_of(
            "opens",
            ("Abre incidentes", "Opens incidents"),
            (
                "No: solo anota, en todos los niveles. Vacía: sí.",
                "No: it only notes, at all levels. Empty: yes.",
            ),
            ("abre", "opens"),
            YES_NO,
            width=10,
        ),
        column_of(
            "asks",
            ("A quién se pregunta", "Asks"),
            (
                "El rol o equipo cuya guardia dice si es real. Vacía: monitoring.",
                "The role or team whose one on duty says whether it is real. Empty: monitoring.",
            ),
            ("pregunta a", "who is asked"),
            width=18,
        ),
        column_of(
            "answer_within",
            ("Responder en", "Answer within"),
            (
                f"Cuánto tiene cada persona para responder. {_SPAN[0]}",
                f"How long each person has to answer. {_SPAN[1]}",
            ),
            ("plazo de respuesta",),
            width=12,
        ),
        column_of(
            "raises",
            ("Sube el nivel", "Raises the level"),
            (
                "No: un aviso más grave no sube el nivel del incidente; lo propone. Vacía: sí.",
                "No: a graver alarm does not raise the level of the incident; it is offered. Empty: yes.",
            ),
            ("sube", "raises"),
            YES_NO,
            width=12,
        ),
        column_of(
            "window",
            ("Ventana", "Window"),
            (f"Cuánto tiempo se cuenta. {_SPAN[0]}", f"Over how long it counts. {_SPAN[1]}"),
            width=10,
        ),
        column_of(
            "minimum",
            ("Mínimo", "Minimum"),
            (
                "Por debajo de tantas en la ventana calla: protege a una marca pequeña.",
                "Below so many in the window it is silent: it protects a small brand.",
            ),
            ("al menos", "at least"),
            width=10,
        ),
        column_of(
            "baseline",
            ("Lo habitual de", "Baseline"),
            (
                f"De un múltiplo: de cuánto pasado se saca lo habitual. {_SPAN[0]}",
                f"Of a ratio: how much past makes the usual. {_SPAN[1]}",
            ),
            ("base", "línea base"),
            width=12,
        ),
        column_of(
            "half_life",
            ("Media vida", "Half-life"),
            (
                f"De una media móvil: en cuánto olvida la mitad. {_SPAN[0]}",
                f"Of a moving average: in how long it forgets half. {_SPAN[1]}",
            ),
            ("semivida",),
            width=12,
        ),
        column_of(
            "unit",
            ("Qué cuenta", "Unit"),
            ("Como sale en las frases: mentions, complaints…", "As sentences say it: mentions, complaints, …"),
            ("unidad", "counts"),
            width=18,
        ),
        column_of(
            "of",
            ("De la serie", "Of"),
            ("De un porcentaje: la serie de la que es parte.", "Of a share: the series that it is part of."),
            ("del total", "of series"),
            width=26,
        ),
        column_of(
            "sustained",
            ("Sostenido", "Sustained"),
            (
                f"Cuánto tiene que durar un nivel antes de decirlo. {_SPAN[0]}",
                f"How long a level must stand before it is told. {_SPAN[1]}",
            ),
            ("durante",),
            width=10,
        ),
        column_of(
            "hold",
            ("Vale", "Hold"),
            (
                f"Cuánto vale un aviso para lo que siga. {_SPAN[0]}",
                f"How long one alarm speaks for what follows. {_SPAN[1]}",
            ),
            ("retención", "espera"),
            width=10,
        ),
        column_of(
            "clear",
            ("Calma", "Clear"),
            (
                f"Cuánta calma hace falta para volver a verde. {_SPAN[0]}",
                f"How much calm it takes to be green again. {_SPAN[1]}",
            ),
            ("vuelve a verde",),
            width=10,
        ),
        column_of(
            "need",
            ("Cuántas señales", "Signals needed"),
            ("De una combinación: todas, alguna o un número.", "Of a combination: all, any or a number."),
            ("hacen falta", "need"),
            NEED_WORDS,
            width=14,
        ),
        column_of(
            "within",
            ("En cuánto tiempo", "Within"),
            (
                f"De una combinación: cuánto pueden distar sus señales. {_SPAN[0]}",
                f"Of a combination: how far apart its signals may be. {_SPAN[1]}",
            ),
            ("dentro de",),
            width=14,
        ),
    ),
    ("reglas de monitorización", "monitoring rules"),
    RULE_SENTENCES,
)
