"""The follow-up flow: acts on one deadline at its time. Cancelling its scheduled run cancels the deadline."""

from prefect import flow

from flows import escalation
from flows.boundary import boundary
from wiring.works import open_works


@flow(name="follow-up", log_prints=False)
def follow_up(deadline: int) -> None:
    """Does what is to be done if the deadline was not met."""
    with boundary(f"deadline {deadline}"):
        works = open_works()
        with works.store.write() as session:
            escalation.follow_up(session, works, deadline, works.clock.now())
