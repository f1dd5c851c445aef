"""Speaks to a running Airflow over HTTP: is it well, start a run, how did a run end.

In: the address of its web server and a user's password. Out: small frozen records. Raises
``AirflowFailure`` and nothing else; its text names the address and what to do, never the password,
the token, or a reply's body. Never imports Airflow: the command line must start fast, and only
``dags/`` may know Airflow's inside. Starting and stopping Airflow is the supervisor's affair.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx

from pipeline.model.errors import BlotterError

__all__ = [
    "AirflowApi",
    "AirflowFailure",
    "AirflowLacks",
    "DagRun",
    "RunState",
    "log_in",
    "wait_until_healthy",
]

COMPONENTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")
_SECONDS_PER_CALL = 10.0
_PAUSE = 0.2


class AirflowFailure(BlotterError):
    """Airflow cannot be reached, refuses, or answers what we do not understand."""


class AirflowLacks(AirflowFailure):
    """Airflow does not know what it was asked for, or not yet."""


class RunState(StrEnum):
    """Airflow's states of a DAG run."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """Return whether the run will not change its state by itself any more."""
        return self in (RunState.SUCCESS, RunState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DagRun:
    """One run of a DAG."""

    dag_id: str
    run_id: str
    state: RunState


def wait_until_healthy(
    base_url: str,
    deadline: float,
    *,
    transport: httpx.BaseTransport | None = None,
    alive: Callable[[], bool] = lambda: True,
) -> None:
    """Return once every component reports healthy; give up ``deadline`` seconds from now.

    ``alive`` is asked between attempts: with False, waiting ends at once (the process is gone).

    Raises:
        AirflowFailure: it names the components that are not healthy.
    """
    end = time.monotonic() + deadline
    with httpx.Client(base_url=base_url, timeout=_SECONDS_PER_CALL, transport=transport) as client:
        while missing := _unhealthy(client):
            if not alive():
                raise AirflowFailure(f"Airflow at {base_url} stopped while starting; see its logs")
            if time.monotonic() >= end:
                raise AirflowFailure(
                    f"Airflow at {base_url} is not well after {deadline:.0f} s: "
                    f"{', '.join(missing)}; see its logs"
                )
            time.sleep(_PAUSE)


def _unhealthy(client: httpx.Client) -> tuple[str, ...]:
    """Return the components that do not say they are healthy; empty is well."""
    try:
        reply = client.get("/api/v2/monitor/health")
        health = reply.json() if reply.is_success else {}
    except (httpx.HTTPError, ValueError):
        return COMPONENTS
    if not isinstance(health, dict):
        return COMPONENTS
    return tuple(name for name in COMPONENTS if _status(health.get(name)) != "healthy")


def _status(component: object) -> object:
    return component.get("status") if isinstance(component, dict) else None


def log_in(
    base_url: str,
    passwords: Path,
    *,
    user: str = "admin",
    transport: httpx.BaseTransport | None = None,
) -> AirflowApi:
    """Return a client that is logged in with the password the supervisor wrote for ``user``.

    Raises:
        AirflowFailure: there is no password, or Airflow is out of reach or refuses it.
    """
    try:
        password = json.loads(passwords.read_text())[user]
    except (OSError, ValueError, KeyError, TypeError):
        raise AirflowFailure(f"no password of {user} in {passwords}; is Airflow started?") from None
    with AirflowApi(base_url, transport=transport) as door:
        reply = door.call("POST", "/auth/token", {"username": user, "password": password})
    token = reply.get("access_token")
    if not isinstance(token, str):
        raise AirflowFailure(f"Airflow at {base_url} gave no token")
    return AirflowApi(base_url, token=token, transport=transport)


class AirflowApi:
    """A connection to one Airflow; a context manager.

    Raises:
        AirflowFailure: (every method) Airflow is out of reach, refuses, or gives an odd answer.
    """

    def __init__(
        self, base_url: str, *, token: str = "", transport: httpx.BaseTransport | None = None
    ) -> None:
        self._base_url = base_url
        self._client = httpx.Client(
            base_url=base_url,
            timeout=_SECONDS_PER_CALL,
            transport=transport,
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )

    def __enter__(self) -> AirflowApi:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def trigger_dag(self, dag_id: str, params: Mapping[str, Any] | None = None) -> DagRun:
        """Start a run now, with these params, and return it (queued)."""
        body = {"logical_date": None, "conf": dict(params or {})}
        return _run(self.call("POST", f"/api/v2/dags/{dag_id}/dagRuns", body))

    def run_state(self, dag_id: str, run_id: str) -> RunState:
        """Return the state of one run."""
        return _run(self.call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{_quoted(run_id)}")).state

    def task_states(self, dag_id: str, run_id: str) -> tuple[tuple[str, str], ...]:
        """Return (task, state) of every task of one run; a task not yet looked at has state ''."""
        place = f"/api/v2/dags/{dag_id}/dagRuns/{_quoted(run_id)}/taskInstances"
        listed = _listed(self.call("GET", place), "task_instances")
        return tuple((str(ti.get("task_id")), str(ti.get("state") or "")) for ti in listed)

    def latest_run(self, dag_id: str) -> DagRun | None:
        """Return the run that is due last among those that exist, or None when there is none.

        There is none as well while Airflow has not read the DAG's file, soon after its start.
        """
        place = f"/api/v2/dags/{dag_id}/dagRuns?order_by=-run_after&limit=1"
        try:
            runs = _listed(self.call("GET", place), "dag_runs")
        except AirflowLacks:
            return None
        return _run(runs[0]) if runs else None

    def dag_ids(self) -> tuple[str, ...]:
        """Return the ids of all DAGs that Airflow has read, sorted."""
        listed = _listed(self.call("GET", "/api/v2/dags?limit=100"), "dags")
        return tuple(sorted(str(dag.get("dag_id")) for dag in listed))

    def call(self, method: str, place: str, body: object = None) -> dict[str, Any]:
        """Make one request and return the JSON object of the reply."""
        try:
            reply = self._client.request(method, place, json=body)
        except httpx.HTTPError as error:
            raise AirflowFailure(
                f"Airflow at {self._base_url} cannot be reached ({type(error).__name__}); "
                "is it started?"
            ) from None
        if not reply.is_success:
            path = place.partition("?")[0]
            failure = AirflowLacks if reply.status_code == 404 else AirflowFailure
            raise failure(f"Airflow answered {reply.status_code} to {method} {path}")
        try:
            content = reply.json()
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise AirflowFailure(f"{self._base_url} does not answer like Airflow")
        return content


def _listed(reply: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    listed = reply.get(name)
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise AirflowFailure(f"Airflow's reply has no list {name}")
    return listed


def _run(reply: Mapping[str, Any]) -> DagRun:
    try:
        return DagRun(
            dag_id=str(reply["dag_id"]),
            run_id=str(reply["dag_run_id"]),
            state=RunState(reply["state"]),
        )
    except (KeyError, ValueError):
        raise AirflowFailure("Airflow's reply does not describe a DAG run") from None


def _quoted(run_id: str) -> str:
    """Return a run id as one part of a path: ids hold colons and plus signs."""
    return quote(run_id, safe="")
