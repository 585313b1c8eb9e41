"""What may be wrong with rows of the sheet *calendar*: reason and remedy, in both languages."""

from protocol.workbook.columns import said

CALENDAR_SENTENCES = {
    "owner": said(
        "tiene que ser de uno: {choices}",
        "deje solo uno",
        "it must belong to one: {choices}",
        "keep exactly one",
    ),
    "holidays_whose": said(
        "unos festivos son de una persona, de un equipo o de la empresa, y lo de trabajar, de un rol",
        "dé a cada uno su fila",
        "public holidays are of a member, a team or the company, and whether to work is of a role",
        "give each a row",
    ),
    "length": said(
        "no es una duración de hasta un año",
        "escríbala como 1 semana, 2 días o 12 horas",
        "it is not a length of up to a year",
        "write it like 1 week, 2 days or 12 hours",
    ),
    "hand_over": said(
        "no es un relevo",
        "escríbalo como lun 09:00, o 09:00",
        "it is not a hand-over",
        "write it like mon 09:00, or 09:00",
    ),
    "shifts": said(
        "no son franjas de un día",
        "escríbalas como lun-vie 08:00-20:00; sáb-dom 22:00-06:00",
        "these are not shifts",
        "write them like mon-fri 08:00-20:00; sat-sun 22:00-06:00",
    ),
    "whole_weeks": said(
        "un relevo en un día de la semana pide turnos de semanas enteras",
        "quite el día, o cambie la duración",
        "hand-overs on a weekday need turns of whole weeks",
        "leave the day out, or change the length",
    ),
    "day": said("no es un día", "escríbalo como 2026-08-01", "it is not a day", "write it like 2026-08-01"),
    "span_backwards": said(
        "acaba antes de empezar", "cambie Desde y Hasta", "it ends before it starts", "exchange From and Until"
    ),
    "moment_zone": said(
        "dice una zona horaria", "quítela: hay una columna para ella", "it names a time zone", "use its own column"
    ),
    "not_shown": said(
        "los relojes saltan esa hora en {item}",
        "escriba otra hora",
        "clocks jump over this hour in {item}",
        "write another hour",
    ),
    "unknown_rotation": said(
        "{item} no es una rotación de esta hoja",
        "añádala, o use una de: {choices}",
        "{item} is no rotation of this sheet",
        "add it, or use one of: {choices}",
    ),
    "override_overlaps": said(
        "coincide con la sustitución de la fila {other}",
        "acorte una de las dos",
        "it overlaps the override in row {other}",
        "shorten one of them",
    ),
    "said_twice": said(
        "lo dice ya la fila {other}", "quite una de las filas", "row {other} says it already", "remove one of the rows"
    ),
    "recurrence": said(
        "no es una repetición",
        "escriba cada día, cada semana, o una RRULE como {choices}",
        "it is not a recurrence",
        "write daily, weekly, or an RRULE like {choices}",
    ),
    "holidays": said(
        "no se conocen sus festivos",
        "escriba un país o región, como ES o ES-MD, o ninguno",
        "its public holidays are not known",
        "write a country or region, like ES or ES-MD, or none",
    ),
}
