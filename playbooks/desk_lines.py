"""The lines of a playbook for customer service: what they may say, and what is wrong with them."""

from collections import Counter
from collections.abc import Iterator

from jinja2 import TemplateSyntaxError

from playbooks.format import DeskPart, Texts
from playbooks.templates import unknown_variables
from protocol.words import Language

LINE_VARIABLES = frozenset({"company", "playbook", "subject", "press_page"})
"""Everything that a line may use: nothing personal, and nothing that changes while a phase lasts."""


def faults_of(desk: DeskPart, where: str) -> Iterator[str]:
    """One sentence for each fault that can be seen without the protocol."""
    for place, texts in _placed(desk):
        for language in Language:
            yield from _text_faults(getattr(texts, language), f"{where}, desk, {place}, {language}")
    for reason, times in Counter(line.reason for line in desk.lines if line.reason).items():
        if times > 1:
            yield f'{where}, desk: the reason "{reason}" has {times} lines. Keep one, so that all say the same.'


def _placed(desk: DeskPart) -> Iterator[tuple[str, Texts]]:
    for name, texts in (("line", desk.lines), ("do_not_say", desk.do_not_say)):
        for number, one in enumerate(texts, 1):
            yield f"{name} {number}", one


def _text_faults(source: str, where: str) -> Iterator[str]:
    if not source.strip():
        yield f"{where}: it says nothing. Write it in both languages."
        return
    try:
        unknown = unknown_variables(source, LINE_VARIABLES)
    except TemplateSyntaxError as error:
        yield f"{where}: {str(error.message).rstrip('.')}. Correct the text."
        return
    choices = ", ".join(sorted(LINE_VARIABLES))
    for name in unknown:
        yield f'{where}: unknown variable "{name}". Use one of: {choices}.'
