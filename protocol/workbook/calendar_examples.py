"""The example rows of the sheet *calendar*, one for each thing that it may be about."""

from collections.abc import Mapping, Sequence

from protocol.words import Language

Example = dict[str, object]

_ROTATION = {
    "member": "# ana.ruiz; tom.baker",
    "key": "monitoring-weeks",
    "team": "monitoring",
    "starts": "2026-01-05",
    "time_zone": "Europe/Madrid",
}
_DAYTIME_ES = {"shifts": "lun-vie 08:00-20:00; sáb-dom 10:00-14:00", "on_holidays": "libra"}
_DAYTIME_EN = {"shifts": "mon-fri 08:00-20:00; sat-sun 10:00-14:00", "on_holidays": "off"}
_OVERRIDE = {
    "member": "# tom.baker",
    "rotation": "monitoring-weeks",
    "starts": "2026-12-24 15:00",
    "ends": "2026-12-26 09:00",
}
_TASK = {
    "member": "# ana.ruiz",
    "key": "weekly-report",
    "name_es": "Informe semanal",
    "name_en": "Weekly report",
    "starts": "2026-01-09 12:00",
    "time_zone": "Europe/Madrid",
    "recurrence": "FREQ=WEEKLY;BYDAY=FR",
    "reminder": "60",
}
_ABSENCE = {"member": "# ana.ruiz", "starts": "2026-08-01", "ends": "2026-08-15"}
_COMPANY = {"member": "#", "holidays": "ES-MD"}
CALENDAR_EXAMPLES: Mapping[Language, Sequence[Example]] = {
    Language.ES: (
        {**_ABSENCE, "what": "ausencia", "reason": "vacaciones"},
        {**_ROTATION, "what": "rotación", "hand_over": "lun 09:00", "length": "1 semana", **_DAYTIME_ES},
        {**_OVERRIDE, "what": "sustitución", "reason": "Navidad"},
        {**_TASK, "what": "tarea", "place": "Sala de escucha"},
        {**_COMPANY, "what": "festivos"},
    ),
    Language.EN: (
        {**_ABSENCE, "what": "absence", "reason": "holidays"},
        {**_ROTATION, "what": "rotation", "hand_over": "mon 09:00", "length": "1 week", **_DAYTIME_EN},
        {**_OVERRIDE, "what": "override", "reason": "Christmas"},
        {**_TASK, "what": "task", "place": "Listening room"},
        {**_COMPANY, "what": "public holidays"},
    ),
}
