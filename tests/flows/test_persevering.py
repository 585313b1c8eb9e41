"""A Resume that meets a busy store is tried again; nothing else is."""

from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient

from flows.persevering import TRIES, Persevering

FORM = {"run_input": {"choice": "crisis"}}


class LockedError(Exception):
    """The database was locked."""


class Busy:
    """An application whose store is busy so many times, and what it was asked."""

    def __init__(self, times: int, raising: bool = False) -> None:
        self.left = times
        self.asked: list[object] = []
        self.raising = raising
        self.application = FastAPI(exception_handlers={Exception: self.unavailable})
        self.application.add_api_route("/api/flow_runs/{run}/{verb}", self.answer, methods=["POST"])

    async def answer(self, request: Request) -> Response:
        """Busy, or well."""
        self.asked.append(await request.json())
        self.left -= 1
        if self.left >= 0 and self.raising:
            raise LockedError
        return Response(status_code=503 if self.left >= 0 else 200, content=b"taken")

    async def unavailable(self, _request: Request, _error: Exception) -> Response:
        """What Prefect answers where its database was locked; Starlette then raises the error once more."""
        return Response(status_code=503)

    def client(self) -> TestClient:
        """A browser."""
        return TestClient(Persevering(self.application, pause=0.0))


def test_a_resume_is_tried_until_the_store_is_free_with_the_same_form() -> None:
    busy = Busy(2)
    answer = busy.client().post("/api/flow_runs/1/resume", json=FORM)
    assert (answer.status_code, answer.text) == (200, "taken")
    assert busy.asked == [FORM] * 3


def test_an_answer_that_is_given_and_raised_is_tried_too() -> None:
    busy = Busy(2, raising=True)
    answer = busy.client().post("/api/flow_runs/1/resume", json=FORM)
    assert (answer.status_code, answer.text) == (200, "taken")


def test_a_store_that_stays_busy_is_said_in_the_end() -> None:
    busy = Busy(100)
    assert busy.client().post("/api/flow_runs/1/resume", json=FORM).status_code == 503
    assert len(busy.asked) == TRIES


def test_whatever_else_is_asked_is_asked_once() -> None:
    busy = Busy(1)
    assert busy.client().post("/api/flow_runs/1/set_state", json=FORM).status_code == 503
    assert len(busy.asked) == 1
