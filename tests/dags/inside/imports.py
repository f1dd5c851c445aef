"""Imports every DAG file, plugin and class of the provider; answers with what is there.

Run by the Airflow that is asked about, any from 3.1 on, so it takes nothing of Airflow that moved,
and nothing of ``pipeline``, whose requirements that Airflow need not have.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import airflow
from airflow.plugins_manager import AirflowPlugin
from airflow.providers_manager import ProvidersManager

try:
    from airflow.dag_processing.dagbag import DagBag
except ImportError:  # where it was until 3.1
    from airflow.models.dagbag import DagBag

FOLDER = os.environ["AIRFLOW__CORE__DAGS_FOLDER"]
CLASSES = (
    ("blotter_provider.feeds", "DispatchFeedHook"),
    ("blotter_provider.gates", "PersonGate"),
    ("blotter_provider.forms", "agency_param"),
)


def offered(module: str, name: str) -> str:
    """Return why a name cannot be had, empty where it can."""
    try:
        getattr(importlib.import_module(module), name)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is asked for
        return f"{type(error).__name__}: {error}"
    return ""


def hook() -> str:
    """Return the class Airflow finds for our connection type, empty where it finds none."""
    found: Any = ProvidersManager().hooks.get("blotter_feed")
    return "" if found is None else str(found.hook_class_name)


sys.path.append(str(Path(FOLDER) / "plugins"))
bag = DagBag(dag_folder=FOLDER)
plugin = offered("blotter_desk", "BlotterDesk")
answer = {
    "airflow": airflow.__version__,
    "dags": sorted(bag.dags),
    "errors": {Path(path).name: text for path, text in bag.import_errors.items()},
    "missing": {name: why for module, name in CLASSES if (why := offered(module, name))}
    | ({"BlotterDesk": plugin} if plugin else {}),
    "plugin": not plugin and issubclass(sys.modules["blotter_desk"].BlotterDesk, AirflowPlugin),
    "hook": hook(),
}
sys.stdout.write("\n" + json.dumps(answer) + "\n")
