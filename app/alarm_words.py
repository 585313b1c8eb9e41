"""What the page of an alarm says, in both languages."""

from playbooks.format import Texts

ALARM_WORDS: dict[str, Texts] = {
    "alarm": Texts(en="Alarm", es="Alarma"),
    "alarm_numbers": Texts(en="The numbers behind it", es="Las cifras"),
    "alarm_observed": Texts(en="Observed", es="Observado"),
    "alarm_usual": Texts(en="Usual", es="Habitual"),
    "alarm_limit": Texts(en="Limit", es="Límite"),
    "alarm_window": Texts(en="Counted over", es="Contado en"),
    "alarm_series": Texts(en="Series", es="Serie"),
    "alarm_rule": Texts(en="Rule", es="Regla"),
    "alarm_at": Texts(en="Seen at", es="Visto a las"),
    "alarm_ask": Texts(en="Is it real?", es="¿Es real?"),
    "alarm_why": Texts(
        en="“It is real” opens the incident and tells those concerned. “False alarm” opens nothing; it is noted.",
        es="«Es real» abre el incidente y avisa a quien corresponde. «Falsa alarma» no abre nada; queda anotado.",
    ),
    "alarm_silence": Texts(
        en="If nobody answers, the next person is asked, and in the end it opens by itself.",
        es="Si nadie contesta, se pregunta a la siguiente persona y, al final, se abre solo.",
    ),
    "alarm_graver": Texts(
        en="It has reached a graver level meanwhile: there is a newer message.",
        es="Mientras tanto ha subido de nivel: hay un mensaje más reciente.",
    ),
    "alarm_note": Texts(en="Short note (optional)", es="Nota breve (opcional)"),
    "alarm_real": Texts(en="It is real", es="Es real"),
    "alarm_false": Texts(en="False alarm", es="Falsa alarma"),
    "alarm_choose": Texts(en="Choose one of the two answers below.", es="Elige una de las dos respuestas de abajo."),
    "alarm_long": Texts(
        en="The note is too long: {most} characters at the most.", es="La nota es demasiado larga: {most} caracteres."
    ),
    "alarm_opened": Texts(
        en="{incident} is open, and those concerned are being told.",
        es="{incident} está abierto y se avisa a quien corresponde.",
    ),
    "alarm_dismissed": Texts(
        en="Noted as a false alarm. Nothing was opened; a graver level will ask again or open.",
        es="Anotado como falsa alarma. No se ha abierto nada; si sube de nivel, habrá otra pregunta o se abrirá.",
    ),
    "alarm_noted": Texts(
        en="Noted in {incident}, which is open already. Nothing closes by itself: that is decided at its gate.",
        es="Anotado en {incident}, que ya está abierto. Nada se cierra solo: se decide en su puerta.",
    ),
    "alarm_before": Texts(en="It was answered already", es="Ya hay respuesta"),
    "alarm_said_real": Texts(
        en="The answer was: it is real. {incident} is open.", es="La respuesta fue: es real. {incident} está abierto."
    ),
    "alarm_said_real_closed": Texts(
        en="The answer was: it is real. {incident} is closed by now.",
        es="La respuesta fue: es real. {incident} ya está cerrado.",
    ),
    "alarm_said_false": Texts(
        en="The answer was: a false alarm. There is nothing left to do here.",
        es="La respuesta fue: falsa alarma. No queda nada que hacer aquí.",
    ),
    "alarm_closed_already": Texts(
        en="{incident} opened without an answer and is closed by now. You can still say whether the alarm was real.",
        es="{incident} se abrió sin respuesta y ya está cerrado. Aún puedes decir si la alarma era real.",
    ),
    "alarm_open_already": Texts(
        en="{incident} is open already. You can still say whether the alarm is real; nothing closes by itself.",
        es="{incident} ya está abierto. Aún puedes decir si la alarma es real; nada se cierra solo.",
    ),
}
