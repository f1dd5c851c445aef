"""Agencies: one folder each, read from ``agency.yml`` on top of a dialect, judged whole.

A folder goes in, a frozen ``Agency`` or a ``ConfigError`` at its line comes out. Nothing here may
open a payload, look at an incident, or fill in what a file leaves open. What may be told of a
category is in ``policies``, the codes' meaning in ``classify``.
"""

from pipeline.agencies.agency import (
    Agency,
    Agreement,
    Bounds,
    CanonicalField,
    FeedFormat,
    FieldSpec,
    FormatKind,
    LocationRules,
    PeopleSpec,
    PointForm,
    PointRepair,
    Presence,
    RemarkSpec,
    Transport,
    TransportKind,
    fold_call_type,
)
from pipeline.agencies.agreement import check_agreement
from pipeline.agencies.document import agency_json_schema
from pipeline.agencies.loader import load_agency, load_all, schemas_folder

__all__ = [
    "Agency",
    "Agreement",
    "Bounds",
    "CanonicalField",
    "FeedFormat",
    "FieldSpec",
    "FormatKind",
    "LocationRules",
    "PeopleSpec",
    "PointForm",
    "PointRepair",
    "Presence",
    "RemarkSpec",
    "Transport",
    "TransportKind",
    "agency_json_schema",
    "check_agreement",
    "fold_call_type",
    "load_agency",
    "load_all",
    "schemas_folder",
]
