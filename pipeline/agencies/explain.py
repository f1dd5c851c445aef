"""Turns pydantic's refusals into one line that names file, line and remedy.

In: a source and what pydantic said about it. Out: a :class:`~pipeline.model.ConfigError` at the
first mistake in the file. It must never raise anything else, whatever the file holds.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from pipeline.agencies.agency import CanonicalField
from pipeline.agencies.transport_document import TRANSPORT_DOCUMENTS
from pipeline.marked_yaml import Source, dotted, quoted
from pipeline.model import Category, ConfigError

__all__ = ["REFERENCE", "explained", "nearest"]

REFERENCE = "docs/reference/agency-file.md"
"""Where every key is explained."""


def nearest(word: object, known: Iterable[str]) -> str:
    """Return a remedy that suggests the likeliest of the known words, or lists them all."""
    names = [str(name) for name in known]
    close = difflib.get_close_matches(str(word), names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean `{close[0]}`?"
    if len(names) > 24:
        return f"See {REFERENCE} for the {len(names)} that are known."
    return f"Known here: {', '.join(names)}." if names else f"See {REFERENCE}."


def explained(source: Source, failure: ValidationError, model: type[BaseModel]) -> ConfigError:
    """Return the first mistake of the file as an error; its remedy says how many more there are."""
    errors = [_untagged(each) for each in failure.errors(include_url=False, include_input=True)]
    places = {source.line(source.within(each["loc"])) for each in errors}
    first = min(errors, key=lambda each: _rank(source, each))
    problem, remedy = _words(first, model)
    rest = len(places) - 1
    if rest:
        remedy = f"{remedy} {rest} more {'line' if rest == 1 else 'lines'} to mend."
    return source.error(source.within(first["loc"]), problem, remedy)


def _untagged(error: ErrorDetails) -> ErrorDetails:
    """Return the error as if the kind of transport were no step of its own on the way to a key."""
    location = error["loc"]
    if error["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        known = ", ".join(f"'{name}'" for name in TRANSPORT_DOCUMENTS)
        tag = error.get("ctx", {}).get("tag", "")
        return {
            **error,
            "type": "enum",
            "loc": (*location, "kind"),
            "input": tag,
            "ctx": {"expected": known},
        }
    if location[:1] == ("transport",) and len(location) > 1:
        return {
            **error,
            "loc": ("transport", *location[2:]),
            "ctx": {**error.get("ctx", {}), "tag": location[1]},
        }
    return error


def _rank(source: Source, error: ErrorDetails) -> tuple[int, int]:
    return source.line(source.within(error["loc"])), 0 if error["type"] == "agency" else 1


def _words(error: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    kind, location, context = error["type"], error["loc"], error.get("ctx", {})
    if location[:1] == ("transport",) and context.get("tag") in TRANSPORT_DOCUMENTS:
        model, within = TRANSPORT_DOCUMENTS[str(context["tag"])], location[1:]
    else:
        within = location
    name = dotted(location) or "the file"
    if kind == "agency":
        return f"{shown_name(name)}: {context['problem']}", str(context["remedy"])
    if kind == "missing":
        return f"{shown_name(name)} is missing", f"Add it: {_help(model, within)}"
    if kind == "extra_forbidden":
        siblings = _keys(_model_at(model, within[:-1]))
        return f"{shown_name(name)} is not a known key", nearest(location[-1], siblings)
    if kind == "enum":
        return f"{shown_name(name)} is {quoted(error['input'])}", nearest(
            error["input"], _choices(str(context.get("expected", "")), location)
        )
    return (
        f"{shown_name(name)} is {quoted(error['input'])}: {error['msg'].lower()}",
        f"It takes: {_help(model, within)}",
    )


def shown_name(name: str) -> str:
    """Return the dotted name of a key, short and on one line."""
    text = ascii(name)[1:-1]
    return f"`{text if len(text) <= 80 else text[:77] + '...'}`"


def _choices(expected: str, location: tuple[int | str, ...]) -> tuple[str, ...]:
    """Return what an enumeration takes; pydantic says it as ``'a', 'b' or 'c'``."""
    if "categories" in location:
        return ("all", *Category)
    if "[key]" in location or "key" in location:
        return tuple(CanonicalField)
    return tuple(part for part in expected.split("'") if part and part not in {", ", " or "})


def _help(model: type[BaseModel], location: tuple[int | str, ...]) -> str:
    field: FieldInfo | None = None
    within: type[BaseModel] | None = model
    for part in location:
        found = None if within is None else _fields(within).get(str(part))
        if found is not None:
            field, within = found, _nested(found.annotation)
    if field is None or not field.description:
        return f"see {REFERENCE}."
    return field.description


def _model_at(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel]:
    within = model
    for part in location:
        field = _fields(within).get(str(part))
        within = (_nested(field.annotation) if field else None) or within
    return within


def _nested(annotation: Any) -> type[BaseModel] | None:
    """Return the document inside an annotation such as ``dict[str, Document | None]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _nested(part)
        if found is not None:
            return found
    return None


def _fields(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _keys(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(sorted(_fields(model)))
