"""The four or five sentences that a board reads."""

from collections import Counter

from incidents.narrative import in_language
from incidents.phases import Phase
from notifiers.states import State
from playbooks.format import Texts
from reports import spans
from reports.clocks import Clock, ClockReading, Verdict
from reports.telling import Telling

OPENED = Texts(
    en="On {day} at {hour} an incident about {subject} opened at level {level}, under the playbook “{playbook}”{why}",
    es="El {day} a las {hour} se abrió un incidente sobre {subject} en nivel {level}, con «{playbook}»{why}",
)
CLOSED = Texts(
    en="It reached level {peak}, became a crisis and was closed after {span}.",
    es="Alcanzó el nivel {peak}, llegó a crisis y se cerró al cabo de {span}.",
)
STOOD_DOWN = Texts(
    en="It reached level {peak}, never became a crisis and was stood down after {span}.",
    es="Alcanzó el nivel {peak}, no llegó a crisis y se desactivó al cabo de {span}.",
)
STILL_OPEN = Texts(
    en="It reached level {peak} and is still open, in {phase}, {span} after it began.",
    es="Alcanzó el nivel {peak} y sigue abierto, en {phase}, {span} después de empezar.",
)
DECIDED_ONE = Texts(en="One decision was taken, by {who}.", es="Se tomó una decisión, de {who}.")
DECIDED = Texts(en="{count} decisions were taken, by {who}.", es="Se tomaron {count} decisiones, de {who}.")
TO_CRISIS = Texts(
    en=" {who} decided the move to crisis {span} after the opening.",
    es=" {who} decidió el paso a crisis a los {span} de la apertura.",
)
AND = Texts(en="and", es="y")
UNDECIDED = Texts(en="Nobody took a decision at a gate.", es="Nadie tomó decisiones en una puerta.")
SPOKE = Texts(
    en="The first public words left {actual} after the opening, {verdict} the target of {target}.",
    es="Las primeras palabras públicas salieron a los {actual} de la apertura, {verdict} del objetivo de {target}.",
)
WITHIN = Texts(en="within", es="dentro")
BEYOND = Texts(en="beyond", es="fuera")
SILENT = Texts(en="Nothing was said in public.", es="No se dijo nada en público.")
TOLD = Texts(
    en="{count} messages were written to {people} people: {results}.",
    es="Se escribieron {count} mensajes a {people} personas: {results}.",
)
RESULTS: dict[State, Texts] = {
    State.DELIVERED: Texts(en="delivered", es="con entrega confirmada"),
    State.SENT: Texts(en="on their way", es="en camino"),
    State.ACCEPTED: Texts(en="taken by the provider", es="en manos del proveedor"),
    State.SENDING: Texts(en="being sent", es="en pleno envío"),
    State.PENDING: Texts(en="still to be sent", es="por enviar"),
    State.IN_DOUBT: Texts(en="in doubt", es="en duda"),
    State.UNRESOLVED: Texts(en="in doubt for good", es="en duda sin resolver"),
    State.FAILED: Texts(en="failed", es="con fallo"),
}
COMPRESSED = Texts(
    en="The clock ran {speed} times as fast as real time: a second of the machine's own work counts as {speed} here.",
    es="El reloj iba {speed} veces más rápido que el real: cada segundo de la máquina cuenta aquí como {speed}.",
)
NOBODY_TOLD = Texts(en="No message was written.", es="No se escribió ningún mensaje.")


def summary(telling: Telling) -> list[str]:
    """What happened, how grave, how long, who decided, what was said and who was told."""
    return [
        _opened(telling),
        _course(telling),
        _decided(telling),
        _spoke(telling),
        _told(telling),
        *_compressed(telling),
    ]


def _compressed(telling: Telling) -> list[str]:
    speed = telling.dossier.incident.clock_speed
    return [] if speed == 1 else [_say(telling, COMPRESSED, speed=f"{speed:g}")]


def _opened(telling: Telling) -> str:
    incident = telling.dossier.incident
    opening = telling.dossier.lines[0].facts if telling.dossier.lines else {}
    why = incident.why.get(telling.language, "").strip()
    return _say(
        telling,
        OPENED,
        day=spans.long_day(incident.opened_at, telling.zone, telling.language),
        hour=f"{incident.opened_at.astimezone(telling.zone):%H:%M}",
        subject=telling.names.subjects.get(incident.subject, incident.subject),
        level=telling.names.word(str(opening.get("level") or incident.level)),
        playbook=telling.names.playbooks.get(incident.playbook_key, incident.playbook_key),
        why=f": {why if why.endswith('.') else why + '.'}" if why else ".",
    )


def _course(telling: Telling) -> str:
    incident, measures = telling.dossier.incident, telling.measures
    texts = STILL_OPEN
    if incident.closed_at is not None:
        texts = CLOSED if telling.dossier.reached_crisis else STOOD_DOWN
    said = {"peak": telling.names.word(measures.peak), "span": spans.span(measures.duration)}
    return _say(telling, texts, **said, phase=telling.names.word(incident.phase))


def _decided(telling: Telling) -> str:
    decisions = telling.dossier.decisions
    if not decisions:
        return in_language(UNDECIDED, telling.language)
    counted = Counter(telling.who(row.member_id) for row in decisions)
    several = len(counted) > 1
    who = _listed(telling, [f"{name} ({count})" if several else name for name, count in counted.items()])
    said = _say(telling, DECIDED if len(decisions) > 1 else DECIDED_ONE, count=len(decisions), who=who)
    to_crisis = next((row for row in decisions if row.choice == Phase.CRISIS), None)
    if to_crisis is None:
        return said
    after = spans.span(to_crisis.decided_at - telling.measures.opened_at)
    return said + _say(telling, TO_CRISIS, who=telling.who(to_crisis.member_id), span=after)


def _listed(telling: Telling, items: list[str]) -> str:
    *others, last = items
    return f"{', '.join(others)} {in_language(AND, telling.language)} {last}" if others else last


def _spoke(telling: Telling) -> str:
    reading = _statement(telling)
    if reading.actual is None:
        return in_language(SILENT, telling.language)
    verdict = in_language(WITHIN if reading.verdict is Verdict.MET else BEYOND, telling.language)
    return _say(telling, SPOKE, actual=spans.span(reading.actual), verdict=verdict, target=spans.span(reading.target))


def _statement(telling: Telling) -> ClockReading:
    return next(reading for reading in telling.measures.clocks if reading.clock is Clock.STATEMENT)


def _told(telling: Telling) -> str:
    messages = telling.dossier.messages
    if not messages:
        return in_language(NOBODY_TOLD, telling.language)
    return _say(
        telling,
        TOLD,
        count=len(messages),
        people=len({row.member_id for row in messages}),
        results=", ".join(_results(telling)),
    )


def _results(telling: Telling) -> list[str]:
    """How many messages stand where, the best first; what did not happen is not mentioned."""
    counted = Counter(State(row.state) for row in telling.dossier.messages)
    return [
        f"{counted[state]} {in_language(texts, telling.language)}" for state, texts in RESULTS.items() if counted[state]
    ]


def _say(telling: Telling, texts: Texts, **said: object) -> str:
    return in_language(texts, telling.language).format(**said)
