"""Markdown artifacts in Prefect that stay one while this process lives; another process writes a newer version."""

from contextlib import suppress
from uuid import UUID

from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.exceptions import ObjectNotFound

from flows.runs import prefect


class Artifacts:
    """Writes texts under keys, over what this process wrote there. Whoever calls sees to it that they changed."""

    def __init__(self) -> None:
        self._written: dict[tuple[str, str | None], UUID] = {}

    def put(self, key: str, text: str, description: str, run_id: str | None = None) -> None:
        """Writes a text, with a run that it belongs to when there is one. Raises Unreachable."""
        with prefect() as client:
            standing = self._written.get((key, run_id))
            with suppress(ObjectNotFound):  # somebody deleted it in the UI
                if standing is not None:
                    client.update_artifact(standing, ArtifactUpdate(data=text))
                    return
            run = UUID(run_id) if run_id else None
            made = ArtifactCreate(key=key, type="markdown", data=text, flow_run_id=run, description=description)
            self._written[key, run_id] = client.create_artifact(made).id


def without_time(text: str) -> str:
    """A text without the line that says as of when it is, to be compared with another."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("As of"))
