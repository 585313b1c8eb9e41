"""The sentence that says who is on duty, and why it is not somebody before them, in both languages."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from protocol.people import Member
from protocol.presence import Keeps, Kept
from protocol.rota import Candidate, Standing
from protocol.words import Language

Passed = Sequence[tuple[Candidate, Kept]]
_DAYS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
_KEPT = {
    Language.ES: {
        Keeps.ABSENCE: "{name} no está hasta el {until}",
        Keeps.HOLIDAY: "{name} tiene festivo ({day})",
        Keeps.HOURS: "{name} está fuera de su horario",
    },
    Language.EN: {
        Keeps.ABSENCE: "{name} is absent until {until}",
        Keeps.HOLIDAY: "{name} has a public holiday ({day})",
        Keeps.HOURS: "{name} is outside working hours",
    },
}
_STANDS = {
    Language.ES: {
        Standing.OVERRIDE: "{name} cubre el turno de {key} hasta el {until}{why}",
        Standing.TURN: "{name} está de turno para {key} hasta el {until}",
        Standing.HOLDER: "{name} tiene el rol {key}",
        Standing.SEAT: "{name} es la siguiente persona del turno de {key}",
        Standing.PLACE: "{name} es la primera persona de {key} que está",
    },
    Language.EN: {
        Standing.OVERRIDE: "{name} covers {key} until {until}{why}",
        Standing.TURN: "{name} is on duty for {key} until {until}",
        Standing.HOLDER: "{name} holds {key}",
        Standing.SEAT: "{name} is the next in turn for {key}",
        Standing.PLACE: "{name} is the first of {key} who is there",
    },
}
_ACTS = {Language.ES: "le suple {name} como {key}", Language.EN: "deputy {name} acts as {key}"}
_ACTS_FOR = {Language.ES: "le suple {name} en {key}", Language.EN: "{name} acts for {key}"}
_ALL_THE_SAME = {Language.ES: "se avisa a {name} de todos modos", Language.EN: "{name} is asked all the same"}
_NOBODY = {
    Language.ES: "Nadie de {key} está disponible el {at} UTC.",
    Language.EN: "Nobody of {key} is there at {at} UTC.",
}


def moment_words(moment: datetime, zone: str, language: Language) -> str:
    """`Mon 09 Mar 09:00` or `lun 9 mar 09:00`, by the clocks of a zone."""
    local = moment.astimezone(ZoneInfo(zone))
    if language is Language.EN:
        return f"{local:%a %d %b %H:%M}"
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local:%H:%M}"


class DutyWords:
    """Says it about one role or team, by the clocks of a zone, or of the person who is spoken of."""

    def __init__(self, key: str, language: Language, zone: str | None = None) -> None:
        self._key, self._language, self._zone = key, language, zone

    def nobody(self, at: datetime) -> str:
        """Nobody is there."""
        return _NOBODY[self._language].format(key=self._key, at=f"{at:%Y-%m-%d %H:%M}")

    def somebody(self, chosen: Candidate, passed: Passed, all_the_same: bool) -> str:
        """Who it is, after those who were passed over. `all_the_same`: nobody is at work, so the first is asked."""
        if not passed:
            return f"{self._stands(chosen)}."
        kept = ", ".join(self._kept(candidate.member, one) for candidate, one in passed)
        return f"{kept}; {self._acts(chosen, all_the_same)}."

    def _kept(self, member: Member, one: Kept) -> str:
        until = self._until(one.until, member) if one.until else ""
        words = _KEPT[self._language][one.by]
        return words.format(name=member.name, until=until, day=dict(one.names).get(self._language, ""))

    def _acts(self, chosen: Candidate, all_the_same: bool) -> str:
        if all_the_same:
            return _ALL_THE_SAME[self._language].format(name=chosen.member.name)
        if chosen.standing in (Standing.OVERRIDE, Standing.TURN):
            return self._stands(chosen)
        acts = _ACTS if chosen.standing is Standing.HOLDER else _ACTS_FOR
        return acts[self._language].format(name=chosen.member.name, key=self._key)

    def _stands(self, chosen: Candidate) -> str:
        until = self._until(chosen.until, chosen.member) if chosen.until else ""
        why = f" ({chosen.why})" if chosen.why else ""
        words = _STANDS[self._language][chosen.standing]
        return words.format(name=chosen.member.name, key=self._key, until=until, why=why)

    def _until(self, moment: datetime, member: Member) -> str:
        return moment_words(moment, self._zone or member.time_zone, self._language)
