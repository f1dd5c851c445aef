"""Go live: two people take an agency out of shadow, having seen what it did there.

Trigger it with a form: the agency. `figures` counts what became of its records, how much of its
feed is read and what changed in it. `engineer` and `compliance` each wait for a person under
*Required Actions*, who sees these figures; there is no default answer. A no, and three days without
an answer, end the run as failed with nothing signed. `sign` signs the very version of the file that
was shown, under the names of those who answered, both or none; one person cannot be both. Who
signed by `blotter agency sign` before is not asked again. The next walk takes the agency out of
shadow.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import dag, task
from blotter_provider.forms import agency_param
from blotter_provider.gates import PersonGate

ANSWER_WITHIN = timedelta(days=3)


@dag(
    dag_id="blotter_go_live",
    description="Take an agency out of shadow, by two people",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(days=7),
    default_args={"owner": "compliance", "retries": 1, "retry_delay": timedelta(seconds=5)},
    params={"agency": agency_param()},
    tags=["blotter", "by-hand", "asks-people"],
    doc_md=__doc__,
)
def blotter_go_live() -> None:
    """Wire the four tasks."""

    @task(multiple_outputs=False, execution_timeout=timedelta(minutes=5))
    def figures(params: Any = None) -> dict[str, Any]:
        """Return what is shown: counts and codes, the version, and who signed already."""
        from blotter_tasks import Fence, settings, utc_now

        from pipeline.usecases.going_live import going_live, told

        with Fence():
            found = going_live(settings(), params["agency"], now=utc_now())
        return {
            "subject": found.agency_id,
            "version": found.version,
            "text": told(found),
            "settled": dict(found.signed),
        }

    @task(multiple_outputs=False, execution_timeout=timedelta(minutes=5))
    def sign(ti: Any = None, params: Any = None) -> dict[str, str]:
        """Sign for both who said yes; a gate that was passed in another way counts as a no."""
        from blotter_tasks import Fence, settings, utc_now, yes_of

        from pipeline.usecases.sign_off import Signer, sign_together

        people = {role: yes_of(ti, role.value) for role in Signer}
        version = ti.xcom_pull(task_ids="figures")["version"]
        with Fence():
            signed = sign_together(
                settings(), params["agency"], version=version, people=people, now=utc_now()
            )
        return dict(signed.names)

    gates = [
        PersonGate(
            task_id=role,
            asked_by="figures",
            subject=f"Go live? You answer as {who}",
            people=people,
            answer_within=ANSWER_WITHIN,
            fail_on_reject=True,
        )
        for role, who, people in (
            ("engineer", "engineer", "BLOTTER_ENGINEERS"),
            ("compliance", "compliance officer", "BLOTTER_COMPLIANCE"),
        )
    ]
    figures() >> gates >> sign()


blotter_go_live()
