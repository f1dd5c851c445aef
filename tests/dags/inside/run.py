"""Runs one DAG to its end in this process; answers with the states of the run and its tasks."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from airflow.dag_processing.dagbag import BundleDagBag
from airflow.utils import db

folder = Path(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
db.initdb()
bag = BundleDagBag(
    dag_folder=str(folder / sys.argv[1]), bundle_path=folder, bundle_name="dags-folder"
)
(dag,) = bag.dags.values()
run = dag.test(run_conf=json.loads(sys.argv[2]) if len(sys.argv) > 2 else None)
tasks: dict[str, list[str]] = {}
for instance in run.get_task_instances():
    tasks.setdefault(instance.task_id, []).append(str(instance.state))
sys.stdout.write("\n" + json.dumps({"state": str(run.state), "tasks": tasks}) + "\n")
