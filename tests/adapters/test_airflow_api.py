"""The HTTP client against an invented Airflow that answers as the real one was seen to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from pipeline.adapters.airflow_api import (
    AirflowApi,
    AirflowFailure,
    AirflowLacks,
    DagRun,
    RunState,
    log_in,
    wait_until_healthy,
)

URL = "http://127.0.0.1:8080"
RUN_ID = "manual__2026-03-01T00:00:00+00:00"
RUN = {"dag_id": "blotter_line", "dag_run_id": RUN_ID, "state": "running"}
Answer = Callable[[httpx.Request], httpx.Response]


def api(answer: Answer) -> AirflowApi:
    return AirflowApi(URL, token="the-token", transport=httpx.MockTransport(answer))


def says(body: object, status: int = 200) -> Answer:
    return lambda _: httpx.Response(status, json=body)


def health(**differing: str) -> dict[str, dict[str, str]]:
    names = ("metadatabase", "scheduler", "dag_processor", "triggerer")
    return {name: {"status": differing.get(name, "healthy")} for name in names}


def test_waiting_ends_when_every_component_is_healthy() -> None:
    answers = [
        httpx.Response(503, text="<html>not yet"),
        httpx.Response(200, text="<html>not json"),
        httpx.Response(200, json=["not", "an", "object"]),
        httpx.Response(200, json=health(scheduler="unhealthy")),
        httpx.Response(200, json=health()),
    ]
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return answers[len(asked) - 1]

    wait_until_healthy(URL, 30, transport=httpx.MockTransport(answer))
    assert asked == ["/api/v2/monitor/health"] * 5


def test_waiting_names_the_components_that_are_not_well_in_time() -> None:
    sick = httpx.MockTransport(says(health(scheduler="unhealthy", triggerer="unhealthy")))
    with pytest.raises(AirflowFailure, match="not well after 0 s: scheduler, triggerer"):
        wait_until_healthy(URL, 0, transport=sick)


def test_waiting_ends_at_once_when_the_process_is_gone() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(AirflowFailure, match="stopped while starting"):
        wait_until_healthy(URL, 60, transport=httpx.MockTransport(refuse), alive=lambda: False)


def test_logging_in_sends_the_password_once_and_then_the_token(tmp_path: Path) -> None:
    passwords = tmp_path / "passwords.json"
    passwords.write_text(json.dumps({"admin": "correct-horse"}))
    seen: list[tuple[str, str, bytes]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent = request.headers.get("authorization", "")
        seen.append((request.url.path, sent, request.content))
        body = {"access_token": "the-token"} if request.method == "POST" else RUN
        return httpx.Response(201, json=body)

    with log_in(URL, passwords, transport=httpx.MockTransport(answer)) as client:
        assert client.run_state("blotter_line", RUN_ID) is RunState.RUNNING
    (login, no_token, body), (_, token, nothing) = seen
    assert (login, no_token, token, nothing) == ("/auth/token", "", "Bearer the-token", b"")
    assert json.loads(body) == {"username": "admin", "password": "correct-horse"}


@pytest.mark.parametrize("content", [None, "{", "[]", "{}", '{"editor": "x"}'])
def test_logging_in_without_a_password_says_where_it_was_looked_for(
    content: str | None, tmp_path: Path
) -> None:
    passwords = tmp_path / "passwords.json"
    if content is not None:
        passwords.write_text(content)
    with pytest.raises(AirflowFailure, match=r"no password of admin in .*passwords\.json"):
        log_in(URL, passwords, transport=httpx.MockTransport(says({})))


def test_logging_in_fails_when_airflow_gives_no_token(tmp_path: Path) -> None:
    passwords = tmp_path / "passwords.json"
    passwords.write_text(json.dumps({"admin": "correct-horse"}))
    with pytest.raises(AirflowFailure, match="gave no token"):
        log_in(URL, passwords, transport=httpx.MockTransport(says({"detail": "no"})))
    with pytest.raises(AirflowFailure, match="answered 401 to POST /auth/token") as refused:
        log_in(URL, passwords, transport=httpx.MockTransport(says({}, 401)))
    assert "correct-horse" not in str(refused.value)


def test_triggering_sends_the_params_and_returns_the_new_run() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={**RUN, "state": "queued", "dag_id": "blotter_replay"})

    with api(answer) as client:
        run = client.trigger_dag("blotter_replay", {"agency": "juniper-falls-pd"})
    assert run == DagRun(dag_id="blotter_replay", run_id=RUN_ID, state=RunState.QUEUED)
    assert not run.state.ended
    (request,) = sent
    assert request.url.path == "/api/v2/dags/blotter_replay/dagRuns"
    assert json.loads(request.content) == {
        "logical_date": None,
        "conf": {"agency": "juniper-falls-pd"},
    }


def test_a_run_id_is_quoted_in_the_path() -> None:
    paths: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.raw_path)
        return httpx.Response(200, json={**RUN, "state": "success"})

    with api(answer) as client:
        assert client.run_state("blotter_line", RUN_ID).ended
    assert paths == [b"/api/v2/dags/blotter_line/dagRuns/manual__2026-03-01T00%3A00%3A00%2B00%3A00"]


def test_the_latest_run_is_the_one_due_last_and_may_be_none() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url.params))
        return httpx.Response(200, json={"dag_runs": [RUN] if len(asked) == 1 else []})

    with api(answer) as client:
        latest = client.latest_run("blotter_line")
        assert latest is not None
        assert latest.run_id == RUN_ID
        assert client.latest_run("blotter_line") is None
    with api(says({"detail": "no such DAG"}, 404)) as client:  # its file is not read yet
        assert client.latest_run("blotter_line") is None
        with pytest.raises(AirflowLacks, match="Airflow answered 404 to GET /api/v2/dags/x"):
            client.run_state("x", "y")
    assert asked[0] == "order_by=-run_after&limit=1"


def test_tasks_and_dags_are_listed() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/taskInstances"):
            tasks = [{"task_id": "poll", "state": "success"}, {"task_id": "walk", "state": None}]
            return httpx.Response(200, json={"task_instances": tasks})
        return httpx.Response(200, json={"dags": [{"dag_id": "b"}, {"dag_id": "a"}]})

    with api(answer) as client:
        assert client.task_states("blotter_line", RUN_ID) == (("poll", "success"), ("walk", ""))
        assert client.dag_ids() == ("a", "b")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (says({}, 500), "Airflow answered 500 to GET /api/v2/dags/blotter_line/dagRuns"),
        (says([]), "does not answer like Airflow"),
        (lambda _: httpx.Response(200, text="<html>"), "does not answer like Airflow"),
        (says({"dag_runs": "none"}), "has no list dag_runs"),
        (says({"dag_runs": ["none"]}), "has no list dag_runs"),
        (says({"dag_runs": [{"dag_id": "x"}]}), "does not describe a DAG run"),
        (says({"dag_runs": [{**RUN, "state": "lost"}]}), "does not describe a DAG run"),
    ],
)
def test_an_answer_that_is_not_airflows_is_a_failure_without_its_text(
    answer: Answer, problem: str
) -> None:
    with api(answer) as client, pytest.raises(AirflowFailure, match=problem):
        client.latest_run("blotter_line")


def test_an_airflow_that_cannot_be_reached_is_a_failure_that_says_so() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with api(refuse) as client, pytest.raises(AirflowFailure, match="cannot be reached") as told:
        client.dag_ids()
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__
