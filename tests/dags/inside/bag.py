"""Reads dags/ as Airflow does and answers with what it found, as JSON."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from airflow.dag_processing.dagbag import DagBag
from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.serialization.serialized_objects import DagSerialization
from airflow.utils.dag_version_inflation_checker import check_dag_file_stability
from blotter_provider.gates import PersonGate

FOLDER = Path(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])


def _mapped(value: Any) -> dict[str, Any]:
    """Return what a task is mapped over; what another task returns is named."""
    return {
        name: over if isinstance(over, list) else over.operator.task_id
        for name, over in value.items()
    }


def task_facts(task: Any) -> dict[str, Any]:
    partial = task.partial_kwargs if task.is_mapped else {}
    return {
        "owner": task.owner,
        "retries": task.retries,
        "timeout": str(
            partial.get("execution_timeout")
            or task.execution_timeout
            or getattr(task, "response_timeout", None)
        ),
        "asks": isinstance(task, HITLOperator),
        "gate": isinstance(task, PersonGate),
        "defaults": getattr(task, "defaults", None),
        "upstream": sorted(task.upstream_task_ids),
        "rule": task.trigger_rule.value,
        "mapped": _mapped(task.op_kwargs_expand_input.value) if task.is_mapped else None,
        "arguments": [
            str(partial.get(name, getattr(task, name, None)) or "")
            for name in ("op_args", "op_kwargs", "templates_dict")
        ],
    }


bag = DagBag(dag_folder=str(FOLDER))
dags = {}
for dag_id, dag in bag.dags.items():
    serialized = json.dumps(DagSerialization.to_dict(dag), sort_keys=True, default=str)
    dags[dag_id] = {
        "file": Path(dag.fileloc).name,
        "catchup": dag.catchup,
        "runs_at_once": dag.max_active_runs,
        "run_timeout": str(dag.dagrun_timeout),
        "schedule": str(dag.schedule),
        "tags": sorted(dag.tags),
        "doc": dag.doc_md,
        "form": {name: param.schema for name, param in dag.params.items()},
        "tasks": {task.task_id: task_facts(task) for task in dag.tasks},
        "digest": hashlib.sha256(serialized.encode()).hexdigest(),
    }
unstable = {}
for path in sorted(FOLDER.glob("*.py")):
    result = check_dag_file_stability(str(path))
    unstable[path.name] = len(result.warnings)
sys.stdout.write(
    "\n" + json.dumps({"errors": bag.import_errors, "dags": dags, "unstable": unstable}) + "\n"
)
