"""The shape of agency.yml: every key, what it takes, and what it means.

In: the plain values of one YAML file. Out: a frozen document, still unmerged (``dialect`` has the
keys that a dialect may give as well). A key that is not declared is refused. It must never open a
file, nor have a default that decides what is published. Descriptions become the editor's help in
``schemas/agency.schema.json``; the APCO codes of ``call_types`` are judged by ``classify``.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from pipeline.agencies.agency import CanonicalField, PointRepair, fold_call_type
from pipeline.agencies.dialect import DialectDocument, Document, PathText, Text, wrong
from pipeline.agencies.transport_document import TransportDocument
from pipeline.model import AGENCY_ID, AGENCY_ID_LENGTH, Audience, Category

__all__ = [
    "AGREED_EXTRAS",
    "AgencyDocument",
    "AgreementDocument",
    "agency_json_schema",
]

AGREED_EXTRAS = ("remarks", "people")
"""What an agreement may allow besides canonical fields."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

AGREED_NAMES = tuple(sorted((*CanonicalField, *AGREED_EXTRAS)))


def _day(value: object) -> date:
    """Only 2026-01-05: a number would be taken for seconds since 1970."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise wrong("this is not a day of the calendar", "Write it as 2026-01-05.")


def _all_categories(value: object) -> object:
    return [category.value for category in Category] if value == "all" else value


def _agreed(value: str) -> str:
    if value not in AGREED_NAMES:
        raise wrong(
            f"{value[:40]!r} is no field an agreement can allow",
            f"Use canonical fields, `remarks` or `people`: {', '.join(AGREED_NAMES)}.",
        )
    return value


def _distinct(call_types: dict[str, str]) -> dict[str, str]:
    seen: dict[str, str] = {}
    for code, apco in call_types.items():
        if seen.setdefault(fold_call_type(code), apco) != apco:
            raise wrong(
                f"the call type {code[:40]!r} is listed twice with different codes",
                "Keep one: case and spaces do not tell call types apart.",
            )
    return call_types


Day = Annotated[date, BeforeValidator(_day)]
Apco = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*$")]
Categories = Annotated[
    tuple[Category, ...],
    BeforeValidator(_all_categories),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": "all"},
                {"type": "array", "items": {"enum": [category.value for category in Category]}},
            ]
        }
    ),
]
Agreed = Annotated[str, AfterValidator(_agreed), WithJsonSchema({"enum": list(AGREED_NAMES)})]


class AboutDocument(Document):
    """Who the agency is."""

    name: Text = Field(description="The agency's full name, as the public may read it.")
    place: Text = Field(description="The town or county it serves.")
    state: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = Field(
        description="The state's two capital letters, such as WI."
    )
    kind: Text = Field(description="What it is: police, fire, sheriff, ems, combined.")
    contact: Text = Field(description="Whom to ask when the feed breaks.")


class ScheduleDocument(Document):
    """How often the feed is read, and why."""

    every: int = Field(ge=1, le=86_400, description="Seconds between two looks.")
    reason: Text = Field(description="Why this often.")


class AgreementDocument(Document):
    """The terms under which the feed is received. Days are inclusive."""

    version: int = Field(
        default=1, ge=1, le=999, description="Number of this agreement; a renewal counts on."
    )
    supersedes: int | None = Field(
        default=None, ge=1, description="Number of the one it takes the place of, among `earlier`."
    )
    earlier: tuple[PathText, ...] = Field(
        default=(), description="Files of earlier agreements, .yml of these keys; kept for good."
    )
    parties: tuple[Text, ...] = Field(min_length=2, description="Who agreed.")
    signed: Day | None = Field(
        default=None, description="Day of the last signature; null: unsigned, stops the feed."
    )
    signatures: dict[Text, Day | None] = Field(
        default={}, description="Instead of `signed`: each party and its day, or null."
    )
    effective: Day = Field(description="First day on which the feed may be read.")
    expires: Day = Field(description="Last day on which the feed may be read.")
    ended: Day | None = Field(
        default=None, description="Last day on which the feed is read, where it was ended early."
    )
    purposes: tuple[Text, ...] = Field(default=(), description="What the feed may be used for.")
    termination: str = Field(default="", description="How either side ends it, in a sentence.")
    fields: tuple[Agreed, ...] = Field(
        min_length=1,
        description="Canonical fields, `remarks`, `people` the agreement lets us receive.",
    )
    categories: Categories = Field(
        min_length=1, description="Categories that may be published, or the word all."
    )
    text: Text = Field(description="The public text: a .md or .txt file beside this one, or here.")
    consideration: Text = Field(description="What is given in return; `none` if nothing.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.expires < self.effective:
            raise wrong(
                "the agreement expires before it takes effect", "Mend `effective` or `expires`."
            )
        if self.signatures and set(self.signatures) != set(self.parties):
            raise wrong("`signatures` are not those of the parties", "Name each party once.")
        if self.signatures and self.signed is not None:
            raise wrong("`signed` stands beside `signatures`", "Keep one of the two.")
        if self.last_signature is not None and self.last_signature > self.expires:
            raise wrong("the agreement is signed after it expired", "Mend `signed` or `expires`.")
        if self.ended is not None and not self.effective <= self.ended <= self.expires:
            raise wrong("the agreement ended outside its term", "Mend `ended`.")
        if self.supersedes is not None and self.supersedes >= self.version:
            raise wrong("an agreement supersedes a later one", "Mend `version` or `supersedes`.")
        return self

    @property
    def last_signature(self) -> date | None:
        """Day of the last signature; None while one is missing."""
        days = list(self.signatures.values())
        if not days:
            return self.signed
        return None if None in days else max(day for day in days if day is not None)


class LocationDocument(Document):
    """Which published areas calls are put into."""

    areas: PathText = Field(description="GeoJSON of polygons with properties `id` and `name`.")
    town: str = Field(description='Name of the area for calls in no polygon; "" holds such calls.')
    zones: PathText | None = Field(
        default=None, description="Exclusion zones, sealed by `blotter zones build`."
    )
    addresses: PathText | None = Field(
        default=None,
        description="The agency's address points, CSV or GeoJSON, for calls without coordinates.",
    )
    streets: PathText | None = Field(
        default=None,
        description="The agency's street centre lines, GeoJSON, for calls without coordinates.",
    )
    repair: tuple[PointRepair, ...] = Field(
        default=(),
        description="What may be mended in coordinates: swapped, unsigned; else they are not used.",
    )


class TermsDocument(Document):
    """Stricter terms than the policy's, for some categories and one audience."""

    categories: Categories = Field(
        min_length=1, description="Categories they are for, or the word all."
    )
    audience: Audience = Field(description="public, partner or internal.")
    verbs: tuple[Text, ...] = Field(
        min_length=1, description='Verbs as in the policy, such as "delay(24h)".'
    )
    reason: Text = Field(description="Why; compliance reads it.")


class RetentionDocument(Document):
    """How long what this agency sends is kept, where that is shorter than the policy says."""

    payload_hours: float = Field(
        ge=1, le=72, description="Hours after which payloads are destroyed (rule 28)."
    )


class BoundsDocument(Document):
    """What is normal. Checked for sense, but not yet watched."""

    calls_per_day: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=1)]] = Field(
        description="Fewest and most calls of a normal day, such as [1, 400]."
    )
    held_ratio: float = Field(gt=0, le=1, description="Largest normal share of held records.")
    silence_hours: float = Field(
        gt=0, le=8_760, description="Hours without a call that are still normal."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.calls_per_day[0] > self.calls_per_day[1]:
            raise wrong("`calls_per_day` starts above its end", "Write [fewest, most].")
        return self


class AgencyDocument(DialectDocument):
    """agency.yml: everything that is known about one publisher of dispatch calls."""

    id: Annotated[str, StringConstraints(pattern=f"^{AGENCY_ID}$", max_length=AGENCY_ID_LENGTH)] = (
        Field(description="The name of this folder: lower-case letters, digits, hyphens.")
    )
    about: AboutDocument
    timezone: Text = Field(description="IANA name of the zone of times without one.")
    dialect: Text = Field(description="A folder under schemas/, or the word own.")
    shadow: bool = Field(
        default=False,
        description="true: nothing goes to editors until an engineer and a compliance officer "
        "signed this very version of the file.",
    )
    transport: TransportDocument = Field(description="How payloads arrive, by `kind`.")
    schedule: ScheduleDocument
    vanish_after: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="For feeds that list open calls only: after so many whole polls in a row "
        "without it a call counts as closed.",
    )
    call_types: Annotated[dict[Text, Apco], AfterValidator(_distinct)] = Field(
        description="The agency's code: APCO 2.103 code. A code not listed holds the record.",
    )
    agreement: AgreementDocument
    jurisdiction: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")], ...] = Field(
        default=(),
        description="Jurisdiction packs the policy is joined with, such as florida-2026-12.",
    )
    location: LocationDocument
    terms: tuple[TermsDocument, ...] = Field(
        default=(), description="What this agency wants stricter than the policy."
    )
    retention: RetentionDocument | None = Field(
        default=None, description="A shorter time than the policy's for this agency's payloads."
    )
    bounds: BoundsDocument


def agency_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of agency.yml, for completion and help in editors."""
    schema = AgencyDocument.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema
