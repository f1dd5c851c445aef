"""Replay: pull and walk one agency now, by hand.

For the engineer who has mended an agency file or a feed and does not want to wait for the next
minute. It does what the line does, for one agency, and is as idempotent: what was already landed
is not landed again, what was already walked is not walked again, and a record that comes back
unchanged is a duplicate in the ledger.

With *quarantine* it also tries again what was quarantined, by the agency file of today: `figures`
walks a sample on trial, and above 20 payloads `gate` shows that to a person and waits for a yes
(silence is none). Whose yes it was, or who triggered the run where nobody was asked, is in the log.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Param, dag, task
from blotter_provider.forms import agency_param
from blotter_provider.gates import PersonGate

ASK_ABOVE = 20  # quarantined payloads


@dag(
    dag_id="blotter_replay",
    description="Pull and walk one agency again",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(days=7),
    default_args={"owner": "data-engineering", "retries": 1, "retry_delay": timedelta(seconds=5)},
    params={
        "agency": agency_param(),
        "quarantine": Param(
            default=False,
            type="boolean",
            title="Quarantine, too",
            description="Try again what was quarantined; above 20 payloads a person is asked.",
        ),
    },
    tags=["blotter", "by-hand", "asks-people"],
    doc_md=__doc__,
)
def blotter_replay() -> None:
    """Wire the six tasks."""

    @task(multiple_outputs=False, execution_timeout=timedelta(minutes=10))
    def pull(run_id: Any = None, params: Any = None) -> dict[str, int]:
        """Land what is new at this agency; fail when its feed cannot be pulled."""
        from blotter_tasks import Fence, connections, refuse, settings, utc_now

        from pipeline.usecases.pull import pull_agencies

        only = [params["agency"]]
        with Fence():
            report = pull_agencies(
                settings(), run_id=run_id, now=utc_now(), only=only, connections=connections()
            )
        refuse(report.failures)
        return {"landed": len(report.landed)}

    @task(multiple_outputs=False, execution_timeout=timedelta(minutes=30))
    def figures(params: Any = None, dag_run: Any = None) -> dict[str, Any]:
        """Return what is shown, and whether a person has to be asked at all."""
        from blotter_tasks import Fence, settings, utc_now

        by = dag_run.triggering_user_name or ""
        if not params["quarantine"]:
            return {"subject": params["agency"], "text": "-", "settled": {"gate": by}}
        from pipeline.usecases.past_figures import quarantine_asked, told

        with Fence():
            found = quarantine_asked(settings(), params["agency"], now=utc_now())
        settled = {"gate": by} if found.payloads <= ASK_ABOVE else {}
        return {"subject": found.agency_id, "text": told(found), "settled": settled}

    gate = PersonGate(
        task_id="gate",
        asked_by="figures",
        subject="Try the quarantine again?",
        answer_within=timedelta(days=3),  # then it fails: there is no default
    )

    @task(multiple_outputs=False, execution_timeout=timedelta(minutes=10))
    def reopen(ti: Any = None, params: Any = None) -> dict[str, int]:
        """Let the walk try the quarantine again, where the form asks for it."""
        from blotter_tasks import Fence, settings, utc_now, yes_of

        if not params["quarantine"]:
            return {"reopened": 0}
        from pipeline.usecases.quarantine import reopen_all

        by = yes_of(ti, "gate")
        with Fence():
            count = reopen_all(settings(), params["agency"], person=by, now=utc_now())
        return {"reopened": count}

    @task(multiple_outputs=False, execution_timeout=timedelta(minutes=30))
    def walk(params: Any = None) -> dict[str, int]:
        """Walk every landed payload of this agency; fail when one is left standing."""
        from blotter_tasks import Fence, refuse, settings, utc_now

        from pipeline.usecases.walk import walk_landed

        agencies = [params["agency"]]
        with Fence():
            report = walk_landed(settings(), now=utc_now(), shard=0, of=1, agencies=agencies)
        refuse(report.failures)
        counts = {str(state): count for state, count in report.counts.items()}
        return {"payloads": report.payloads, **counts}

    @task(multiple_outputs=False, retries=0, execution_timeout=timedelta(minutes=5))
    def balance(params: Any = None) -> dict[str, bool]:
        """Fail when a received record of this agency is unaccounted for."""
        from blotter_tasks import require_balance

        require_balance(params["agency"])
        return {"balanced": True}

    pull() >> figures() >> gate >> reopen() >> walk() >> balance()


blotter_replay()
