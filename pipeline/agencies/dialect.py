"""The shape of dialect.yml, which is also the part of agency.yml that a dialect may give.

In: the plain values of one YAML file. Out: a frozen document, still unmerged. A key that is not
declared here is refused. It must never open a file or compile a path: that is ``paths`` and
``inputs``. Descriptions become the help that editors show.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from pipeline.agencies.agency import CanonicalField, FormatKind, PointForm, Presence
from pipeline.model import PersonRole

__all__ = [
    "DialectDocument",
    "Document",
    "FieldDocument",
    "FormatDocument",
    "PathText",
    "PeopleDocument",
    "RemarkDocument",
    "Text",
    "wrong",
]

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Some text, without space around it."""

PathText = Text
"""XPath, JMESPath, column name or file path, as the place says."""


def wrong(problem: str, remedy: str) -> PydanticCustomError:
    """Return a validation error whose remedy is carried beside it, braces made harmless."""
    return PydanticCustomError("agency", "{problem}", {"problem": problem, "remedy": remedy})


class Document(BaseModel):
    """No key but the declared ones; no change after parsing."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class FormatDocument(Document):
    """How payload bytes become records. A key that is not given comes from the dialect."""

    kind: FormatKind | None = Field(
        default=None, description="xml, json, json-lines, eido, table (CSV) or labelled (text)."
    )
    records: PathText | None = Field(
        default=None,
        description="XPath or JMESPath of the list of records; not for a table.",
    )
    namespaces: dict[str, Text] = Field(
        default={}, description="XML prefixes used in paths; added to the dialect's."
    )
    schema_file: PathText | None = Field(
        default=None,
        alias="schema",
        description="XSD of a payload or JSON Schema of one record, relative to this file; "
        "null takes the dialect's away.",
    )
    encodings: tuple[Text, ...] = Field(
        default=("utf-8",),
        min_length=1,
        description="Encodings tried in order; a byte-order mark goes first.",
    )
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = Field(
        default=",", description="Between the columns of a table."
    )
    columns: tuple[str, ...] = Field(
        default=(), description="Names of the columns of a table that has no header line."
    )
    widths: tuple[Annotated[int, Field(gt=0)], ...] = Field(
        default=(),
        description="Characters of each column of a table in fixed widths, the last one left out: "
        "it ends with the line.",
    )
    columns_at: PathText | None = Field(
        default=None,
        description="JMESPath of the columns' names, from the top of the payload, where records "
        "of JSON are lists.",
    )
    labels: tuple[Text, ...] = Field(
        default=(),
        description="Labels of labelled text that count, wherever they stand; empty: any.",
    )
    separator: Annotated[str, StringConstraints(min_length=1, max_length=5)] | None = Field(
        default=None,
        description="What parts the lines of labelled text where each is a call, such as `;`.",
    )
    times: tuple[Text, ...] = Field(
        default=(),
        description="Forms of time besides ISO 8601: strptime forms, or the words "
        "epoch-seconds, epoch-milliseconds, mail-date; mail-date and a form of clock.",
    )
    nulls: tuple[str, ...] = Field(
        default=(), description="Texts that mean nothing is there, besides the built-in ones."
    )
    strip: str = Field(default="", description="Characters taken off both ends of every value.")
    fold: bool = Field(
        default=False, description="true: one row per unit; rows of one key become one record."
    )
    max_bytes: int = Field(
        default=5_000_000, gt=0, description="Largest payload accepted, in bytes."
    )


class FieldDocument(Document):
    """Where one canonical field comes from."""

    path: PathText | None = Field(default=None, description="XPath, JMESPath or column name.")
    paths: tuple[PathText, ...] = Field(
        default=(), description="Several paths, joined with a space; instead of path."
    )
    presence: Presence = Field(
        description="required: without it the record is quarantined; expected: a notice; optional."
    )
    true_values: tuple[Text, ...] = Field(
        default=(), description="Texts that mean yes, for a yes/no field."
    )
    form: PointForm | None = Field(
        default=None, description="How the field `point` writes coordinates."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.path is None) == (not self.paths):
            raise wrong("either `path` or `paths` must say where the field is", "Give one.")
        return self

    @property
    def all_paths(self) -> tuple[str, ...]:
        """The paths, whichever way they were written."""
        return self.paths if self.path is None else (self.path,)


class RemarkDocument(Document):
    """Where free texts come from."""

    text: PathText = Field(description="Path of the text, relative to `each` or the record.")
    each: PathText | None = Field(default=None, description="Path of a repeated group of texts.")
    at: PathText | None = Field(default=None, description="Path of the time it was written.")
    restriction: PathText | None = Field(default=None, description="Path of its restriction mark.")
    restricted_values: tuple[Text, ...] = Field(
        default=(), description="Marks that restrict; none given: any but none, no, false, 0."
    )

    @model_validator(mode="after")
    def _restriction_named(self) -> Self:
        if self.restricted_values and self.restriction is None:
            raise wrong(
                "`restricted_values` is given without `restriction`",
                "Add `restriction: <path of the mark>`.",
            )
        return self


class PeopleDocument(Document):
    """Where people stand: searched for in the texts, never kept."""

    role: PersonRole = Field(description="caller, person (involved) or staff.")
    each: PathText | None = Field(default=None, description="Path of a repeated group of people.")
    name: tuple[PathText, ...] = Field(default=(), description="Paths of the parts of the name.")
    phone: tuple[PathText, ...] = Field(default=(), description="Paths of telephone numbers.")
    address: tuple[PathText, ...] = Field(default=(), description="Paths of the address.")
    birth_date: tuple[PathText, ...] = Field(default=(), description="Paths of the birth date.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.parts:
            raise wrong(
                "nothing is said about these people",
                "Give at least one of name, phone, address, birth_date.",
            )
        return self

    @property
    def parts(self) -> dict[str, tuple[str, ...]]:
        """The parts that were given, by their name."""
        named = ("name", "phone", "address", "birth_date")
        return {part: getattr(self, part) for part in named if getattr(self, part)}


class DialectDocument(Document):
    """dialect.yml: what agencies with the same product share."""

    format: FormatDocument = Field(
        default=FormatDocument(), description="How payload bytes become records."
    )
    key: tuple[CanonicalField, ...] | None = Field(
        default=None,
        min_length=1,
        description="Canonical fields that together identify a call, such as [cfs_number].",
    )
    fields: dict[CanonicalField, FieldDocument | None] = Field(
        default={},
        description="Canonical field: where it is. Replaces the dialect's line; null removes it.",
    )
    remarks: tuple[RemarkDocument, ...] = Field(
        default=(), description="Free texts; added to the dialect's."
    )
    people: tuple[PeopleDocument, ...] = Field(
        default=(), description="People; added to the dialect's."
    )
    private_values: tuple[PathText, ...] = Field(
        default=(),
        description="Paths never kept but searched for in the texts; added to the dialect's.",
    )
    ignored_fields: tuple[PathText, ...] = Field(
        default=(),
        description="Paths left out on purpose; a trailing /** or .** is all below; added.",
    )
