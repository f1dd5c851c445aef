"""What the forms of DAGs run by hand have in common.

It must never import ``pipeline``: every task of such a DAG loads it.
"""

from __future__ import annotations

from airflow.sdk import Param

__all__ = ["AGENCY_ID", "AGENCY_ID_LENGTH", "agency_param"]

AGENCY_ID = r"[a-z0-9]+(-[a-z0-9]+)*"
AGENCY_ID_LENGTH = 64
"""What agency.yml takes as an id; written again here, for nothing of ``pipeline`` may be loaded."""


def agency_param() -> Param:
    """Return the field that asks for an agency."""
    return Param(
        type="string",
        pattern=f"^{AGENCY_ID}$",
        maxLength=AGENCY_ID_LENGTH,
        title="Agency",
        description="Folder name of the agency, such as juniper-falls-pd.",
    )
