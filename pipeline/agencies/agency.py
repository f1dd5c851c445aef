"""An agency as the rest of the project sees it: parsed, checked, immutable.

``agency.yml`` is parsed and judged by ``document``; this module only holds the result. Nothing
here may hold a default for a category or a field that the file must name itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.agencies.transport import Transport
from pipeline.model import AgencyId, AgencyVersion, Audience, Category, PersonRole

__all__ = [
    "EPOCH_UNITS",
    "FLAT",
    "JMESPATHS",
    "MAIL_CLOCK",
    "MAIL_DATE",
    "Agency",
    "AgencyTerms",
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
    "fold_call_type",
]


class Presence(StrEnum):
    """What an absent or empty value means."""

    REQUIRED = "required"  # the record is quarantined
    EXPECTED = "expected"  # a notice is counted
    OPTIONAL = "optional"  # nothing


class CanonicalField(StrEnum):
    """The fields of an incident that a feed may fill. ``call_type`` and ``opened_at`` must be."""

    CFS_NUMBER = "cfs_number"
    CALL_TYPE = "call_type"
    OPENED_AT = "opened_at"
    REVISED_AT = "revised_at"
    CLOSED_AT = "closed_at"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    RESTRICTED = "restricted"
    PRIORITY = "priority"
    ADDRESS = "address"
    CROSS_STREET = "cross_street"
    PLACE_NAME = "place_name"
    DISTRICT = "district"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    POINT = "point"
    PLACE_RESTRICTED = "place_restricted"
    UNITS = "units"


YES_NO: Final = frozenset(
    {
        CanonicalField.CLOSED,
        CanonicalField.CANCELLED,
        CanonicalField.RESTRICTED,
        CanonicalField.PLACE_RESTRICTED,
    }
)
"""Fields that say yes or no."""


class PointForm(StrEnum):
    """How a single ``point`` field writes coordinates."""

    LAT_LON_TEXT = "lat-lon-text"  # "(37.78, -122.42)" or "37.78,-122.42"
    LON_LAT_TEXT = "lon-lat-text"  # "-122.42 37.78"
    MICRO_DEGREES_WEST = "micro-degrees-west"  # "37779552:121314514", longitude unsigned and west
    MICRO_DEGREES = "micro-degrees"  # "37779552 -121314514", signed, as two columns joined
    WEB_MERCATOR = (
        "web-mercator"  # "-9823792.3 5543147.2", metres east and north, two columns joined
    )
    DEGREES_MINUTES = "degrees-minutes"  # "44 30 3.6 -88 0 36", or with the signs: 44°30'3.6"N ...


class PointRepair(StrEnum):
    """What may be mended in coordinates, where the agency is known to write them so."""

    SWAPPED = "swapped"  # latitude and longitude exchanged
    UNSIGNED = "unsigned"  # a sign left out


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """Where one canonical field comes from: one or more paths, joined with a space if several.

    ``true_values`` are the texts (case ignored) that mean yes for a yes/no field; empty means the
    usual words (yes, true, 1, y, t). ``point_form`` is set for ``point`` only.
    """

    field: CanonicalField
    paths: tuple[str, ...]
    presence: Presence
    true_values: tuple[str, ...] = ()
    point_form: PointForm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkSpec:
    """Where free texts come from. ``each`` is a repeated group's path; empty means the record.

    ``restricted_values`` are the texts at ``restriction`` that restrict the remark; empty means
    any text but "none", "no", "false", "0" does.
    """

    text: str
    each: str = ""
    at: str = ""
    restriction: str = ""
    restricted_values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleSpec:
    """Where people stand; ``parts`` maps name, phone, address, birth_date to paths."""

    role: PersonRole
    parts: Mapping[str, tuple[str, ...]]
    each: str = ""


class FormatKind(StrEnum):
    """The carriers every dialect is written in."""

    XML = "xml"
    JSON = "json"
    JSON_LINES = "json-lines"  # one JSON object on each line
    TABLE = "table"
    EIDO = "eido"  # JSON whose components refer to each other, with XML inside strings
    LABELLED = "labelled"  # lines of `Label: text`, records between blank or ruled lines


FLAT = frozenset({FormatKind.TABLE, FormatKind.LABELLED})
"""Carriers whose records are flat: names instead of paths, no groups, no schema, no `records`."""

JMESPATHS = frozenset({FormatKind.JSON, FormatKind.JSON_LINES, FormatKind.EIDO})
"""Carriers whose paths are JMESPaths, and whose schema is a JSON Schema of one record."""


EPOCH_UNITS: Mapping[str, int] = MappingProxyType({"epoch-seconds": 1, "epoch-milliseconds": 1000})
"""Words among a format's ``times`` for numbers counted since 1970, and units in a second."""

MAIL_DATE: Final = "mail-date"
"""Word among a format's ``times`` for dates as mails and RSS write them, with their zones."""

MAIL_CLOCK: Final = f"{MAIL_DATE} "
"""How a form of time begins that reads a mail's date, as its header is kept, and a clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFormat:
    """How payload bytes become records.

    ``records`` is an XPath (XML), a JMESPath (JSON; of each line of JSON Lines) or empty (flat).
    ``schema`` is an XSD or a JSON Schema. ``encodings`` are tried in order after a
    byte-order mark; nothing else is accepted.
    ``columns`` name those of a table without a header line; ``widths`` are the characters of each
    column but the last where nothing stands between them.
    ``columns_at`` is the JMESPath of the names by which JSON records that are lists are read.
    ``labels`` are those of labelled text; empty means whatever looks like one. ``separator`` parts
    the lines of calls of one line each. ``times`` are
    strptime forms, words of :data:`EPOCH_UNITS` or :data:`MAIL_DATE`, tried after ISO 8601.
    ``nulls`` add to the built-in null texts. ``strip`` are characters taken off both ends of every
    value. ``fold`` joins rows of one key.
    """

    kind: FormatKind
    records: str = ""
    namespaces: Mapping[str, str]
    schema: Path | None = None
    encodings: tuple[str, ...] = ("utf-8",)
    delimiter: str = ","
    columns: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    columns_at: str = ""
    labels: tuple[str, ...] = ()
    separator: str = ""
    times: tuple[str, ...] = ()
    nulls: tuple[str, ...] = ()
    strip: str = ""
    fold: bool = False
    max_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The agreement under which the feed is received (rule 30). Dates are inclusive.

    ``digest`` is of all it says and its text, 16 hex digits. ``signatures`` is empty where only the
    day of the last one is known. ``earlier`` are those before it, oldest first.
    """

    version: int
    digest: str
    supersedes: int | None
    parties: tuple[str, ...]
    signed: date | None
    signatures: Mapping[str, date | None]
    effective: date
    expires: date
    ended: date | None
    purposes: tuple[str, ...]
    termination: str
    fields: frozenset[str]
    categories: frozenset[Category]
    text: str
    consideration: str
    earlier: tuple[Agreement, ...] = ()

    @property
    def name(self) -> str:
        """Number and digest, as entries of the log name it."""
        return f"{self.version}:{self.digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationRules:
    """Which published areas the agency uses, and how a call is put into one.

    ``areas`` is a GeoJSON file of polygons with ``id`` and ``name`` properties. ``town`` names the
    coarser area used when a call fits none (rule 7), or is empty: then such a call is held.
    ``zones`` is the sealed file of exclusion zones (rule 9), None where there are none.
    ``repair`` names what may be mended in coordinates; the rest is not used. ``addresses`` and
    ``streets`` are files in which an address is looked up where there is no point.
    """

    areas: Path
    town: str
    zones: Path | None = None
    repair: frozenset[PointRepair] = frozenset()
    addresses: Path | None = None
    streets: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyTerms:
    """Verbs that make the policy's terms stricter, as the file at ``line`` has them."""

    categories: frozenset[Category]
    audience: Audience
    verbs: tuple[str, ...]
    reason: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What is normal for this feed, as its file says; ``blotter watch`` tells what is not."""

    calls_per_day: tuple[int, int]
    held_ratio: float
    silence: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """One publisher of dispatch calls, with everything its file says.

    ``call_types`` maps the agency's codes, as folded by :func:`fold_call_type`, to APCO codes.
    ``key`` names the canonical fields that together identify an incident. ``jurisdiction`` names
    the packs under which its policy is. ``payloads_kept`` is how long payloads are kept at most;
    None where the policy alone says.
    the packs under which its policy is. ``shadow`` asks for two signatures on its version.
    ``vanish_after`` is after how many polls in a row without it an open call counts as closed; None
    where the feed says itself what is closed.
    """

    agency_id: AgencyId
    version: AgencyVersion
    folder: Path
    name: str
    place: str
    state: str
    about: Mapping[str, str]
    timezone: ZoneInfo
    dialect: str
    format: FeedFormat
    transport: Transport
    every: timedelta
    key: tuple[CanonicalField, ...]
    fields: Mapping[CanonicalField, FieldSpec]
    remarks: tuple[RemarkSpec, ...]
    people: tuple[PeopleSpec, ...]
    private_values: tuple[str, ...]
    ignored_fields: tuple[str, ...]
    call_types: Mapping[str, str]
    agreement: Agreement
    location: LocationRules
    bounds: Bounds
    terms: tuple[AgencyTerms, ...] = ()
    jurisdiction: tuple[str, ...] = ()
    payloads_kept: timedelta | None = None
    shadow: bool = False
    vanish_after: int | None = None


def fold_call_type(text: str) -> str:
    """Return the form in which call types are compared: trimmed, single spaces, upper case."""
    return " ".join(text.split()).upper()
