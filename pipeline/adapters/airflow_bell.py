"""Tells a running Airflow that pushed payloads wait, by an event of their asset.

In: the folder where ``blotter run`` keeps its Airflow, or an address and a file of passwords from
the environment. Out: an asset event, on which the DAG ``blotter_pushed`` is scheduled. Never says
which agency or how many: the DAG asks the database. Raises ``AirflowFailure`` and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from pipeline.adapters.airflow_api import AirflowFailure, log_in

__all__ = ["PUSHED_ASSET", "tell_airflow"]

PUSHED_ASSET = "x-blotter://pushed"
"""The asset's URI; the DAG names the same."""


def tell_airflow(home: Path, environ: Mapping[str, str]) -> None:
    """Create the event.

    ``BLOTTER_AIRFLOW_URL`` and ``BLOTTER_AIRFLOW_PASSWORDS`` name an Airflow of your own; without
    them the one that ``blotter run`` started is told, and when none runs, nobody.

    Raises:
        AirflowFailure: it is there and cannot be told.
    """
    url, passwords = environ.get("BLOTTER_AIRFLOW_URL", ""), ""
    if url:
        passwords = environ.get("BLOTTER_AIRFLOW_PASSWORDS", "")
    else:
        url, passwords = _started(home / "airflow" / "supervisor.json")
    if not url:
        return
    with log_in(url, Path(passwords)) as api:
        found = api.call("GET", f"/api/v2/assets?uri_pattern={quote(PUSHED_ASSET, safe='')}")
        assets = found.get("assets")
        if not isinstance(assets, list) or not assets or not isinstance(assets[0], dict):
            raise AirflowFailure("Airflow does not know the asset of pushed payloads yet")
        api.call("POST", "/api/v2/assets/events", {"asset_id": assets[0].get("id"), "extra": {}})


def _started(path: Path) -> tuple[str, str]:
    try:
        state = json.loads(path.read_text())
        return str(state["url"]), str(state["passwords"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", ""
