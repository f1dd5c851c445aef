"""Loads dags/plugins as Airflow does and answers with the views it found, as JSON."""

from __future__ import annotations

import json
import sys

from airflow import plugins_manager

found, errors = plugins_manager._get_plugins()
views = [view for each in found if each.name == "blotter_desk" for view in each.external_views]
blotter = sorted(name for name in sys.modules if name.split(".")[0] == "pipeline")
names = sorted(str(each.name) for each in found)
sys.stdout.write(
    "\n" + json.dumps({"names": names, "views": views, "errors": errors, "blotter": blotter}) + "\n"
)
