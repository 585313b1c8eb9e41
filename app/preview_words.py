"""What a preview says about a person who would be told otherwise than planned: in the person's language and English."""

from collections.abc import Iterator, Sequence

from notifiers.ways import Way
from protocol.people import Member
from protocol.words import Channel, Language

Both = dict[Language, str]
ES, EN = Language.ES, Language.EN
LANGUAGES: dict[Language, Both] = {ES: {ES: "español", EN: "Spanish"}, EN: {ES: "inglés", EN: "English"}}
CHANNELS: dict[Channel, Both] = {
    Channel.SMS: {ES: "SMS", EN: "SMS"},
    Channel.EMAIL: {ES: "correo", EN: "e-mail"},
    Channel.VOICE: {ES: "llamada", EN: "telephone call"},
    Channel.CHAT: {ES: "chat", EN: "chat"},
}
NO_CONTACT: dict[Channel, Both] = {
    Channel.SMS: {ES: "no tiene número para SMS", EN: "has no SMS number"},
    Channel.EMAIL: {ES: "no tiene correo", EN: "has no e-mail address"},
    Channel.VOICE: {ES: "no tiene número para llamadas", EN: "has no number for calls"},
    Channel.CHAT: {ES: "no tiene chat", EN: "has no chat address"},
}


def told_otherwise(person: Member, found: Sequence[Way], asked: Sequence[Channel]) -> list[str]:
    """A line for everything that is not as planned."""
    lines = [line for said in _said(person, found, asked) for line in _lines(person, said)]
    return list(dict.fromkeys(lines))


def _said(person: Member, found: Sequence[Way], asked: Sequence[Channel]) -> Iterator[Both]:
    if not found:
        yield {
            ES: f"Nada puede llegar a {person.name}: ningún contacto en uso tiene un texto en este mensaje.",
            EN: f"Nothing can reach {person.name}: no contact in use has a text in this message.",
        }
        return
    used = list(dict.fromkeys(way.channel for way in found))
    for channel in asked:
        if channel not in used:
            yield _another_channel(person, channel, used)
    foreign = [way for way in found if way.language is not person.language]
    for way in foreign:
        yield _another_language(person, way, whole=len(foreign) == len(found))


def _another_channel(person: Member, wanted: Channel, used: Sequence[Channel]) -> Both:
    es, en = (_listed([CHANNELS[channel][language] for channel in used], language) for language in (ES, EN))
    return {
        ES: f"{person.name} {NO_CONTACT[wanted][ES]}: se usa {es}.",
        EN: f"{person.name} {NO_CONTACT[wanted][EN]}: {en} is used instead.",
    }


def _another_language(person: Member, way: Way, whole: bool) -> Both:
    wanted, used = LANGUAGES[person.language], LANGUAGES[way.language]
    channel = CHANNELS[way.channel]
    es, en = ("texto", "text") if whole else (f"texto de {channel[ES]}", f"{channel[EN]} text")
    return {
        ES: f"No hay {es} en {wanted[ES]}: {person.name} recibiría el {used[ES]}.",
        EN: f"There is no {en} in {wanted[EN]}: {person.name} would get the {used[EN]} one.",
    }


def _listed(words: Sequence[str], language: Language) -> str:
    joint = " y " if language is ES else " and "
    return joint.join(words)


def _lines(person: Member, said: Both) -> list[str]:
    return [said[language] for language in dict.fromkeys((person.language, EN))]
