"""Makes gates in every wrong way and answers them in every odd one; says what came of it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from airflow.sdk import DAG
from blotter_provider.gates import PersonGate

ASKED = {"subject": "juniper-falls-pd", "text": "12 records", "settled": {}}
ANSWER = {
    "chosen_options": ["Approve"],
    "params_input": {},
    "responded_at": datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    "responded_by_user": {"id": "ida.okwu", "name": "ida.okwu"},
    "timedout": False,
}
GIVEN = {"asked_by": "figures", "subject": "Go live?", "answer_within": timedelta(days=3)}


def gate(**given: Any) -> PersonGate:
    with DAG(dag_id="asks", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
        return PersonGate(task_id="gate", **GIVEN | {"fail_on_reject": True} | given)


def context(said: Any) -> dict[str, Any]:
    return {"ti": SimpleNamespace(xcom_pull=lambda task_ids: said), "task": None}


def came_of(act: Any) -> dict[str, Any]:
    try:
        return {"returned": act()}
    except BaseException as error:  # noqa: BLE001 - what it is is the answer
        return {"raised": type(error).__name__, "said": str(error)}


def answered(**changed: Any) -> dict[str, Any]:
    return came_of(lambda: gate().execute_complete(context(ASKED), ANSWER | changed))


answer = {
    "made": {
        "approve by default": came_of(lambda: gate(defaults=["Approve"])),
        "approve by default, one word": came_of(lambda: gate(defaults="Approve")),
        "reject by default": came_of(lambda: gate(defaults="Reject")),
        "no time at all": came_of(lambda: gate(answer_within=timedelta(0))),
        "a time before now": came_of(lambda: gate(answer_within=-timedelta(days=1))),
        "other options": came_of(lambda: gate(options=["Approve"])),
    },
    "asked": {
        "nobody said what": came_of(lambda: gate().execute(context(None))),
        "nothing to show": came_of(lambda: gate().execute(context(ASKED | {"text": ""}))),
        "another gate is settled": came_of(
            lambda: gate().execute(context({**ASKED, "text": "", "settled": {"other": "per"}}))
        ),
        "settled": came_of(
            lambda: gate().execute(context(ASKED | {"settled": {"gate": "per.lund"}}))
        ),
    },
    "answered": {
        "yes": answered(),
        "nobody": answered(responded_by_user=None),
        "an empty answer": answered(chosen_options=[]),
        "a word that is none": answered(chosen_options=["approve"]),
        "no": answered(chosen_options=["Reject"]),
        "time is over": answered(error="too late", error_type="timeout"),
    },
    "kept": {"retries": gate().retries, "templates": list(gate().template_fields)},
}
sys.stdout.write("\n" + json.dumps(answer, default=str) + "\n")
