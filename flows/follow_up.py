"""The follow-up flow: acts on what falls due together at its time. Cancelling its scheduled run cancels that."""

from prefect import flow

from flows.boundary import boundary
from flows.upcoming import follow_up_all
from incidents.deadlines import due_together
from wiring.works import open_works


@flow(name="follow-up", log_prints=False)
def follow_up(deadline: int) -> None:
    """Does what is to be done if this deadline, and those of its step that are due with it, were not met."""
    with boundary(f"deadline {deadline}"):
        works = open_works()
        with works.store.read() as session:
            come = due_together(session, deadline)
        follow_up_all(works, come, works.clock.now())
