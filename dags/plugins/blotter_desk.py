"""Puts the desk into Airflow's navigation, as a link to the desk's own address.

A link and no frame: the desk forbids framing, has accounts of its own, and is no part of Airflow's
process. This module must never import the desk, nor anything else of Blotter.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from airflow.plugins_manager import AirflowPlugin

__all__ = ["BlotterDesk"]

_LOCAL = "http://127.0.0.1:8470/"


def _views(address: str) -> list[dict[str, Any]]:
    """Return the one entry of the navigation; none for an address a browser should not open."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return []
    # Without a `url_route` Airflow opens it as a page of its own, and frames nothing.
    return [{"name": "Blotter desk", "href": address, "destination": "nav", "category": "browse"}]


class BlotterDesk(AirflowPlugin):
    """What Airflow finds in its folder of plugins; ``BLOTTER_DESK_URL`` names the desk."""

    name = "blotter_desk"
    external_views = _views(os.environ.get("BLOTTER_DESK_URL") or _LOCAL)
