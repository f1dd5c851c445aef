"""What the forms of DAGs run by hand have in common.

It must never import ``pipeline``: every task of such a DAG loads it.
"""

from __future__ import annotations

from airflow.sdk import Param

__all__ = ["agency_param"]


def agency_param() -> Param:
    """Return the field that asks for an agency."""
    return Param(
        type="string",
        pattern="^[a-z0-9][a-z0-9-]*$",
        maxLength=64,
        title="Agency",
        description="Folder name of the agency, such as juniper-falls-pd.",
    )
