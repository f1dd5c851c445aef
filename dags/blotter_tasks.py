"""What tasks share: settings, and the fence that keeps record text out of Airflow's logs.

In: a use case's report or exception. Out: the report, or an Airflow exception whose text is safe.
Airflow writes the text of whatever a task raises into its task log, and libraries quote their
input in exceptions; so nothing that Blotter did not raise on purpose may pass a task unchanged.
This module must never import Presidio, pandas or a use case when it is loaded: every task process
loads it. It holds no DAG, and ``.airflowignore`` keeps the DAG processor away from it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Airflow moved these between 3.1 and 3.2; its compatibility package knows where they are.
from airflow.providers.common.compat.sdk import (
    AirflowException,
    AirflowFailException,
    AirflowNotFoundException,
)

if TYPE_CHECKING:
    from types import TracebackType

    from pipeline.adapters.connections import Connections
    from pipeline.adapters.transports.fetched import Credential
    from pipeline.usecases.settings import Settings
    from pipeline.usecases.walk import WalkReport

__all__ = [
    "Fence",
    "began_before",
    "connections",
    "ended",
    "past_of",
    "present",
    "publish_now",
    "refuse",
    "require_balance",
    "settings",
    "utc_now",
    "walked",
    "warn_of",
    "yes_of",
]

LOG = logging.getLogger("blotter.tasks")
_DONE = frozenset({"success", "failed", "skipped", "upstream_failed", "up_for_retry", "removed"})


def settings() -> Settings:
    """Read Blotter's settings from the task's environment; call it inside a ``Fence``."""
    from pipeline.adapters.telemetry import configure
    from pipeline.usecases.settings import load_settings

    configure(os.environ)
    return load_settings(os.environ)


def utc_now() -> datetime:
    """Return the present moment in UTC: the one clock that a task hands to a use case."""
    return datetime.now(UTC)


def present() -> datetime:
    """Return what counts as the present for publication: now, or a rehearsed moment."""
    from pipeline.usecases.settings import present as rehearsed

    return rehearsed(settings(), utc_now())


def connections() -> Connections:
    """Return a look-up of credentials in Airflow Connections, by name; none for unknown names.

    Airflow masks what it hands out in task logs; nothing of it is ever passed on but to a server.
    """
    from blotter_provider.feeds import DispatchFeedHook

    def find(name: str) -> Credential | None:
        try:
            credential: Credential = DispatchFeedHook(name).get_conn()
        except AirflowNotFoundException:
            return None
        return credential

    return find


def past_of(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return whose past a form asks for, as the backfill takes it; call it inside a ``Fence``."""
    return {
        "agency_id": params["agency"],
        "since": date.fromisoformat(params["since"]),
        "until": date.fromisoformat(params["until"]),
        "archive": Path(params["archive"]) if params["archive"] else None,
    }


def warn_of(failures: Mapping[str, str]) -> None:
    """Log one line for every agency in trouble; the lines are codes or safe by construction."""
    for agency, why in sorted(failures.items()):
        LOG.warning("%s: %s", agency, why)


def ended(task: Any, task_id: str, *, patience: timedelta) -> Callable[[], bool]:
    """Return a question: has another task of this run, not mapped, done what it does?

    Also true when it has not begun after ``patience``: where tasks run one after the other, who
    waits for it would keep it from beginning.
    """
    begun = utc_now()

    def answer() -> bool:
        states = task.get_task_states(dag_id=task.dag_id, task_ids=[task_id], run_ids=[task.run_id])
        state = str(states.get(task.run_id, {}).get(task_id))
        return state != "running" and (state in _DONE or utc_now() - begun > patience)

    return answer


def began_before(task: Any) -> datetime | None:
    """Return when the run before this task's run began, None for the first."""
    run = task.get_previous_dagrun()
    began: datetime | None = None if run is None else run.start_date
    return began


def walked(report: WalkReport) -> dict[str, int]:
    """Return what a walk did as a task's result; warn of agencies left standing."""
    warn_of(report.failures)
    counts = {str(state): count for state, count in report.counts.items()}
    return {"payloads": report.payloads, "failures": len(report.failures), **counts}


def publish_now() -> dict[str, int]:
    """Publish and retract what is due at the installation's present."""
    from pipeline.usecases.publish import publish_due

    with Fence():
        report = publish_due(settings(), now=present())
    return {"delivered": report.delivered, "files_written": report.files_written}


def require_balance(agency: str) -> None:
    """Fail the task when a received record of this agency is unaccounted for."""
    from pipeline.usecases.ledger import ledger_report

    with Fence():
        report = ledger_report(settings(), now=utc_now(), agency=agency)
    if not report.balanced:
        raise AirflowFailException(f"{agency} does not balance; run: blotter ledger")


def yes_of(task: Any, gate: str) -> str:
    """Return who said yes at a gate of this run.

    Fails the task where nobody did, also where somebody set the gate's state by hand.
    """
    answer = task.xcom_pull(task_ids=gate)
    if not isinstance(answer, dict) or answer.get("yes") is not True or not answer.get("by"):
        raise AirflowFailException(f"nobody said yes at {gate}")
    return str(answer["by"])


def refuse(failures: Mapping[str, str]) -> None:
    """Fail the task when any agency is in trouble."""
    if failures:
        raise AirflowException("; ".join(f"{name}: {why}" for name, why in failures.items()))


class Fence:
    """Let a task fail without quoting anybody.

    Inside ``with Fence():`` a ``BlotterError`` keeps its text, which is written to be shown. Of any
    other exception only the type and the place in the code are told. What a retry cannot mend
    (a wrong file, an expired agreement, a broken rule) fails the task at once; the rest is left to
    the task's retries. Airflow's own exceptions pass unchanged. The cause is never chained.
    """

    def __enter__(self) -> Fence:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not isinstance(error, Exception) or isinstance(error, AirflowException):
            return
        from pipeline.model.errors import AgreementStopped, BlotterError, ConfigError, Refused

        if isinstance(error, ConfigError | AgreementStopped | Refused):
            raise AirflowFailException(f"{type(error).__name__}: {error}") from None
        if isinstance(error, BlotterError):
            raise AirflowException(f"{type(error).__name__}: {error}") from None
        raise AirflowException(f"{type(error).__name__} at {_place(trace)}") from None


def _place(trace: TracebackType | None) -> str:
    """Return ``file:line`` of the innermost line of our own code: no message, no value."""
    place = "an unknown place"
    while trace is not None:
        parts = Path(trace.tb_frame.f_code.co_filename).parts
        if "pipeline" in parts:
            inside = parts[len(parts) - 1 - parts[::-1].index("pipeline") :]
            place = f"{'/'.join(inside)}:{trace.tb_lineno}"
        elif place == "an unknown place":
            place = f"{parts[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
