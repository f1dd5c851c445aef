"""The shape of a policy file, and the limits no policy may pass.

Pydantic models that parse one YAML document, whose values are all texts, into texts and numbers of
the right kind. They know no incident and fill no gap: every category, every entity and every number
must stand in the file. :class:`PolicyDocument` is a file with terms; :class:`FirstDocument` is one
of before there were any, which is read so that what was decided under it stays explained.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from pipeline.model import Category, Entity, Operator, Release, Tier
from pipeline.policies.rules import RULES
from pipeline.policies.verbs import parts_of

__all__ = ["CategoryDocument", "FirstDocument", "PolicyDocument", "TermsDocument", "cited"]

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}
_DURATION = re.compile(r"([1-9][0-9]{0,4})([smh])")
_WHOLE = re.compile(r"[0-9]{1,6}")
_DECIMAL = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
_CITED = re.compile(r"rules? (\d+(?:, \d+)*): \S")
_DAY = timedelta(days=1)

# Signs decide nothing here: tiers that are never told one by one cannot be made candidates.
_ALLOWED: dict[Tier, frozenset[Release]] = {
    Tier.S0: frozenset({Release.CANDIDATE, Release.WITHHOLD}),
    Tier.S1: frozenset({Release.CANDIDATE, Release.WITHHOLD}),
    Tier.S2: frozenset({Release.CANDIDATE, Release.WITHHOLD}),
    Tier.S3: frozenset({Release.WITHHOLD}),
    Tier.S4: frozenset({Release.HOLD, Release.WITHHOLD}),
    Tier.S5: frozenset({Release.WITHHOLD}),
}


def _duration(value: object) -> timedelta:
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("write a duration as a whole number and s, m or h, such as 30m")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _whole(value: object) -> int:
    """Only plain digits: pydantic would take ``1_0``, ``+1`` and ``1.0`` for numbers as well."""
    if not isinstance(value, str) or not _WHOLE.fullmatch(value):
        raise ValueError("write a whole number in digits")
    return int(value)


def _decimal(value: object) -> float:
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise ValueError("write a number in digits, such as 150 or 152.4")
    return float(value)


_Whole = Annotated[int, BeforeValidator(_whole)]
_Decimal = Annotated[float, BeforeValidator(_decimal)]
_Duration = Annotated[timedelta, BeforeValidator(_duration)]
_STRICT = ConfigDict(extra="forbid", frozen=True)


def cited(value: str) -> str:
    """Return a reason that cites rules and says why.

    Raises:
        ValueError: it cites none, or one that is not there.
    """
    match = _CITED.match(value)
    if match is None:
        raise ValueError('a basis cites rules and says why, such as "rule 2: domestic"')
    unknown = [number for number in match[1].split(", ") if int(number) not in RULES]
    if unknown:
        raise ValueError(f"there is no rule {', '.join(unknown)}")
    return value


class FirstCategoryDocument(BaseModel):
    """One category's rule. ``time_floor`` divides a day and is at least 30 minutes (rule 11)."""

    model_config = _STRICT

    tier: Tier
    release: Release
    label: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z ,-]{2,49}$")]
    approvals: Annotated[_Whole, Field(ge=1, le=2)]
    time_floor: Annotated[_Duration, Field(ge=timedelta(minutes=30), le=_DAY)]
    basis: str
    terms: str = ""

    @field_validator("time_floor")
    @classmethod
    def _divides_a_day(cls, value: timedelta) -> timedelta:
        if _DAY % value:
            raise ValueError("a time_floor must divide a day evenly, such as 30m, 1h or 6h")
        return value

    @field_validator("basis")
    @classmethod
    def _cites_rules(cls, value: str) -> str:
        return cited(value)

    @model_validator(mode="after")
    def _fits_its_tier(self) -> FirstCategoryDocument:
        if self.release not in _ALLOWED[self.tier]:
            allowed = " or ".join(sorted(_ALLOWED[self.tier]))
            raise ValueError(f"tier {self.tier} may only be: {allowed}")
        if self.tier not in (Tier.S0, Tier.S1) and self.approvals < 2:
            raise ValueError(f"tier {self.tier} needs approvals: 2")
        return self


class CategoryDocument(FirstCategoryDocument):
    """One category's rule, with the name of its terms."""

    terms: str


class TermsDocument(BaseModel):
    """Terms of one name: why, on what legal ground, and the verbs for each audience."""

    model_config = _STRICT

    reason: str
    legal_basis: Annotated[str, Field(min_length=3)]
    public: tuple[str, ...]
    partner: tuple[str, ...] | None = None
    internal: tuple[str, ...] | None = None

    @field_validator("reason")
    @classmethod
    def _cites_rules(cls, value: str) -> str:
        return cited(value)

    @field_validator("public", "partner", "internal", mode="before")
    @classmethod
    def _verbs(cls, value: object) -> object:
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            parts_of(value)
        return value


class ExplanationDocument(BaseModel):
    """Why findings of one entity are removed: a stable code, and the legal ground."""

    model_config = _STRICT

    reason_code: Annotated[str, Field(pattern=r"^[a-z][a-z-]{2,39}$")]
    legal_basis: Annotated[str, Field(min_length=3, max_length=120)]


class RetentionDocument(BaseModel):
    """How long private text besides payloads is kept (rule 28); a file may only be stricter."""

    model_config = _STRICT

    memory: Annotated[_Duration, Field(le=timedelta(hours=72))]
    request: Annotated[_Duration, Field(le=timedelta(days=90))]


class FirstDocument(BaseModel):
    """A policy without terms. The limits are rules 4, 14 and 28; a file may only be stricter."""

    model_config = _STRICT

    detector_timeout: Annotated[_Duration, Field(le=timedelta(seconds=60))]
    payload_retention: Annotated[_Duration, Field(le=timedelta(hours=72))]
    alert_lifetime: Annotated[_Duration, Field(le=timedelta(hours=48))]
    minimum_area_radius_m: Annotated[_Decimal, Field(ge=150, le=100_000)]
    categories: dict[Category, FirstCategoryDocument]
    operators: dict[Entity, Operator]

    @field_validator("categories")
    @classmethod
    def _every_category(
        cls, value: dict[Category, FirstCategoryDocument]
    ) -> dict[Category, FirstCategoryDocument]:
        missing = [each.value for each in Category if each not in value]
        if missing:
            raise ValueError(f"no rule for: {', '.join(missing)}")
        return value

    @field_validator("operators")
    @classmethod
    def _every_entity(cls, value: dict[Entity, Operator]) -> dict[Entity, Operator]:
        missing = [each.value for each in Entity if each not in value]
        if missing:
            raise ValueError(f"no operator for: {', '.join(missing)}")
        return value


class PolicyDocument(FirstDocument):
    """One policy file with terms. What each terms' limits are, ``limits`` says."""

    zone_radius_m: Annotated[_Decimal, Field(ge=500, le=20_000)]
    suppress_below: Annotated[_Whole, Field(ge=10)]
    round_to: Annotated[_Whole, Field(ge=5)]
    bias_factor: Annotated[_Decimal, Field(gt=1, le=1.5)]
    leak_limit: Annotated[_Decimal, Field(gt=0, le=0.005)]
    explanations: dict[Entity, ExplanationDocument]
    retention: RetentionDocument | None = None  # policies of before there were classes have none
    default: Literal["withhold"]
    terms: dict[str, TermsDocument]
    categories: dict[Category, CategoryDocument]  # type: ignore[assignment] # narrower

    @field_validator("explanations")
    @classmethod
    def _all_explained(
        cls, value: dict[Entity, ExplanationDocument]
    ) -> dict[Entity, ExplanationDocument]:
        missing = [each.value for each in Entity if each not in value]
        if missing:
            raise ValueError(f"no explanation for: {', '.join(missing)}")
        return value

    @model_validator(mode="after")
    def _named_terms(self) -> PolicyDocument:
        unknown = {rule.terms for rule in self.categories.values()} - set(self.terms)
        if unknown:
            raise ValueError(
                f"categories name terms that are not there: {', '.join(sorted(unknown))}"
            )
        return self
