"""Template files: the standard messages of the library, one file per key with both languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field

from playbooks.format import Key
from playbooks.variables import is_the_products, variables_of
from protocol.variables import NAME
from protocol.words import Channel, Language


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Email(_Part):
    """The words of an e-mail."""

    subject: str
    body: str


class Words(_Part):
    """The words of one language, by channel; a channel may be missing when no step uses it."""

    sms: str | None = None
    email: Email | None = None
    voice: str | None = Field(default=None, description="Read aloud: no links; ends by asking to press 1.")
    chat: str | None = None


class Translations(_Part):
    """The words in both languages."""

    es: Words
    en: Words


class MessageFile(_Part):
    """One standard message as its file says it. A public one may leave the company, and only signed off."""

    key: Key
    public: bool = False
    variables: dict[Annotated[str, Field(pattern=f"^{NAME.pattern}$")], str] = Field(
        default={}, description="The company's own variables that the texts say: name and what it is, in a sentence."
    )
    texts: Translations


@dataclass(frozen=True)
class Text:
    """One text of a message, in one language for one channel."""

    language: Language
    channel: Channel
    subject: str
    body: str
    public: bool = False


def texts_of(message: MessageFile) -> Iterator[Text]:
    """Every text of the message, Spanish first."""
    for language in Language:
        words: Words = getattr(message.texts, language.value)
        if words.sms is not None:
            yield Text(language, Channel.SMS, "", words.sms.strip(), message.public)
        if words.email is not None:
            yield Text(language, Channel.EMAIL, words.email.subject.strip(), words.email.body.strip(), message.public)
        if words.voice is not None:
            yield Text(language, Channel.VOICE, "", words.voice.strip(), message.public)
        if words.chat is not None:
            yield Text(language, Channel.CHAT, "", words.chat.strip(), message.public)


def text_for(message: MessageFile, language: Language, channel: Channel) -> Text | None:
    """The text in this language for this channel, or None when the file has none."""
    return next((text for text in texts_of(message) if (text.language, text.channel) == (language, channel)), None)


def faults_of(message: MessageFile, shown: str) -> list[str]:
    """One sentence for each Jinja error and each variable that nobody will give."""
    known = variables_of(message.key, public=message.public, declared=message.variables)
    taken = (name for name in message.variables if is_the_products(name))
    faults = [f'{shown}: the variable "{name}" is the product\'s own. Call it otherwise.' for name in taken]
    for text in texts_of(message):
        for source in (text.subject, text.body):
            faults += _faults(source, known, f"{shown}, {text.language} {text.channel}")
    return faults


def unknown_variables(source: str, known: frozenset[str]) -> list[str]:
    """The variables of a template that nobody will give, in order. Raises TemplateSyntaxError when it is none."""
    template_environment().compile(source)  # parsing alone does not see an unknown filter
    return sorted(meta.find_undeclared_variables(template_environment().parse(source)) - known)


def _faults(source: str, known: frozenset[str], where: str) -> list[str]:
    try:
        unknown = unknown_variables(source, known)
    except TemplateSyntaxError as error:
        return [f"{where}, line {error.lineno}: {str(error.message).rstrip('.')}. Correct the template."]
    choices = ", ".join(sorted(known))
    return [f'{where}: unknown variable "{name}". Use one of: {choices}.' for name in unknown]


@lru_cache
def template_environment() -> Environment:
    """The one way in which templates are read: sandboxed, strict, and a line that is only a tag leaves no gap."""
    return SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
