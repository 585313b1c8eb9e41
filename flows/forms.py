"""The forms that a person fills when Resume is pressed. JSON-schema constraints only: meaning is checked after."""

from typing import Literal

from prefect.input import RunInput
from pydantic import Field

from incidents.advance import Answer, Door
from incidents.phases import Phase
from protocol.words import Level

LevelChoice = Literal["as it is", "yellow", "orange", "red"]


class GateForm(RunInput):
    """What every gate asks beside the decision."""

    # First of all in the form; each gate narrows it to the moves that it has.
    decision: str = Field(title="Decision")
    level: LevelChoice = Field(default="as it is", title="Level", description="How serious it is from now on.")
    note: str = Field(default="", title="Note", description="Why; goes on the timeline.", max_length=2000)
    code: str = Field(title="One-time code", description="Eight digits from your message.", max_length=40)


class PreCrisisForm(GateForm):
    """The gate of pre-crisis."""

    decision: Literal["crisis", "closed", "hold"] = Field(
        title="Decision", description="crisis: raise the alarm. closed: stand down. hold: stay and ask again."
    )


class CrisisForm(GateForm):
    """The gate of the crisis."""

    decision: Literal["post_crisis", "hold"] = Field(
        title="Decision", description="post_crisis: it is under control. hold: stay and ask again."
    )


class PostCrisisForm(GateForm):
    """The gate of post-crisis."""

    decision: Literal["closed", "crisis", "hold"] = Field(
        title="Decision", description="closed: it is over. crisis: relapse. hold: stay and ask again."
    )


AnyForm = PreCrisisForm | CrisisForm | PostCrisisForm
FORMS: dict[Phase, type[AnyForm]] = {
    Phase.PRE_CRISIS: PreCrisisForm,
    Phase.CRISIS: CrisisForm,
    Phase.POST_CRISIS: PostCrisisForm,
}


def answer_of(form: AnyForm) -> Answer:
    """The answer that a filled form gives."""
    level = None if form.level == "as it is" else Level(form.level)
    return Answer(choice=form.decision, code=form.code, door=Door.PREFECT, level=level, note=form.note)
