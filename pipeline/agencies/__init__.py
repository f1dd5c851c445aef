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
    fold_call_type,
)
from pipeline.agencies.agreement import check_agreement
from pipeline.agencies.cases import case_refs
from pipeline.agencies.document import agency_json_schema
from pipeline.agencies.loader import load_agency, load_all, schemas_folder
from pipeline.agencies.posted import APPEAL, BEFORE_CASE, POSTED, Appeal, appeal_of, read_as
from pipeline.agencies.transport import (
    FolderDrop,
    Push,
    Transport,
    TransportKind,
    host_of,
    kind_of,
)

__all__ = [
    "APPEAL",
    "BEFORE_CASE",
    "POSTED",
    "Agency",
    "Agreement",
    "Appeal",
    "Bounds",
    "CanonicalField",
    "FeedFormat",
    "FieldSpec",
    "FolderDrop",
    "FormatKind",
    "LocationRules",
    "PeopleSpec",
    "PointForm",
    "PointRepair",
    "Presence",
    "Push",
    "RemarkSpec",
    "Transport",
    "TransportKind",
    "agency_json_schema",
    "appeal_of",
    "case_refs",
    "check_agreement",
    "fold_call_type",
    "host_of",
    "kind_of",
    "load_agency",
    "load_all",
    "read_as",
    "schemas_folder",
]
