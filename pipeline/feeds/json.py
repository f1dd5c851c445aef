"""JSON payloads: strict parse, then JMESPaths per record with every leaf accounted for.

In: decoded text and a layout. Out: drafts, and refusals of records the JSON Schema rejects. The
schema describes one record. orjson judges the grammar, a depth check comes before anything
recursive, and the standard library's hooks find duplicate names. Must never pass on a message of a
parser or validator: they quote the payload.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import orjson
from jmespath.exceptions import JMESPathError
from jsonschema.exceptions import SchemaError
from jsonschema.protocols import Validator
from jsonschema.validators import Draft202012Validator, validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable

from pipeline.feeds.assemble import Item, Refusal, few_enough
from pipeline.feeds.draw import Draft, draw
from pipeline.feeds.json_record import JsonRecord, Leaves, compiled
from pipeline.feeds.layout import Layout
from pipeline.feeds.outside import Outer, outer_leaves, outside_json, unread_of
from pipeline.feeds.values import Cleaner, shown
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

__all__ = ["drafts_of", "json_outside", "parse", "read_json", "read_values", "records_at"]

MAX_DEPTH: Final = 64
_UNSUITABLE: Final = "the schema cannot judge this record"


def read_json(text: str, layout: Layout) -> Iterator[Item]:
    """Yield one draft or refusal per record, and what stands outside of them.

    Raises:
        PayloadRefused: not well-formed, duplicate names, beyond a limit, or no records found.
        ConfigError: a path or schema of the agency file cannot be used.
    """
    document, paths = parse(text), compiled(layout)
    records = records_at(document, paths.records)
    few_enough(records)
    yield from drafts_of(_named_rows(records, document, paths.columns_at), layout)
    clean = Cleaner(layout.nulls, layout.strip)
    yield from unread_of(outside_json(document, records, outer_leaves(paths)), clean)


def json_outside(text: str, layout: Layout) -> Iterator[Outer]:
    """Yield all that stands outside of a document's records; raises as :func:`read_json`."""
    document, paths = parse(text), compiled(layout)
    return outside_json(document, records_at(document, paths.records), outer_leaves(paths))


def read_values(document: object, layout: Layout) -> Iterator[Draft | Refusal]:
    """Yield one draft or refusal per record of a parsed document; raises as :func:`read_json`."""
    records = records_at(document, compiled(layout).records)
    few_enough(records)
    yield from drafts_of(records, layout)


def drafts_of(records: Iterable[object], layout: Layout) -> Iterator[Draft | Refusal]:
    """Yield one draft or refusal per record; what is a refusal stays one.

    Raises:
        PayloadRefused: a record is beyond a limit.
        ConfigError: a path or schema of the agency file cannot be used.
    """
    paths = compiled(layout)
    clean = Cleaner(layout.nulls, layout.strip)
    validator = None if layout.schema is None else _schema_at(layout.schema)
    leaves = Leaves(paths.takes, paths.ignored, paths.deep)
    for value in records:
        if isinstance(value, Refusal):
            yield value
        elif not isinstance(value, dict):
            yield Refusal(code=NoticeCode.RECORD_INVALID)
        elif validator is not None and (fault := _fault(value, validator, layout)) is not None:
            yield Refusal(code=NoticeCode.RECORD_INVALID, field=fault)
        else:
            yield draw(JsonRecord(value, paths, leaves), layout, clean)


def parse(text: str) -> object:
    """Return the parsed payload; integers keep all their digits (orjson's would not).

    Raises:
        PayloadRefused: when the text is not strict JSON, repeats a name, or is too deep.
    """
    _check_depth(_checked(text))
    return json.loads(text, object_pairs_hook=_unique)


def _checked(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as failure:
        deep = failure.msg == "depth limit exceeded"
        position = f"line {failure.lineno} column {failure.colno}"
    # Outside the handler: the parser's error holds the whole document.
    code = NoticeCode.LIMIT_EXCEEDED if deep else NoticeCode.NOT_WELL_FORMED
    raise PayloadRefused(code, position)


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [item for parent in level for item in _children(parent)]
        if not level:
            return
    raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"depth {MAX_DEPTH}")


def _children(value: object) -> list[object]:
    """Return the containers directly inside ``value``."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.values()
    elif isinstance(value, list):
        items = value
    return [item for item in items if isinstance(item, dict | list)]


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise PayloadRefused(NoticeCode.DUPLICATE_NAME)
    return found


def records_at(document: object, path: Any) -> list[object]:
    """Return what a compiled JMESPath finds in a document.

    Raises:
        PayloadRefused: it finds neither an object nor a list.
    """
    try:
        found = path.search(document)
    except JMESPathError:
        found = None
    if isinstance(found, dict):
        return [found]
    if not isinstance(found, list):
        raise PayloadRefused(NoticeCode.NO_RECORDS_PATH)
    return found


def _named_rows(records: Sequence[object], document: object, path: Any) -> Iterable[object]:
    """Yield records; those that are lists as objects, by the names a compiled JMESPath finds.

    A list of another length than the names is refused, alone.

    Raises:
        PayloadRefused: there are no names, or one stands twice.
    """
    if path is None:
        yield from records
        return
    try:
        names = path.search(document)
    except JMESPathError:
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise PayloadRefused(NoticeCode.NO_RECORDS_PATH)
    if len(set(names)) != len(names):
        raise PayloadRefused(NoticeCode.DUPLICATE_NAME)
    for record in records:
        if isinstance(record, list) and len(record) == len(names):
            yield dict(zip(names, record, strict=True))
        else:
            yield Refusal(code=NoticeCode.ROW_WIDTH)


def _fault(record: Any, validator: Validator, layout: Layout) -> str | None:
    """Return the safe path of the first violation, or None when the record is valid."""
    try:
        error = next(validator.iter_errors(record), None)
    except Unresolvable:
        problem = "the JSON Schema refers to another document"
    except (ArithmeticError, RecursionError, ValueError, re.error):
        return _UNSUITABLE
    else:
        return None if error is None else _place(error.absolute_path)
    raise ConfigError(problem, remedy="Bundle it into one file.", path=layout.schema)


def _place(path: Any) -> str:
    """Return the path of a violation with indices as ``[]`` and unusual names hidden."""
    steps = ("[]" if isinstance(step, int) else f".{shown(step)}" for step in path)
    return "".join(steps).removeprefix(".")


def _schema_at(path: Path) -> Validator:
    return _schema(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=32)
def _schema(path: Path, _modified: int) -> Validator:
    """Return the validator of a JSON Schema file. It resolves nothing outside that file."""
    try:
        document = orjson.loads(path.read_bytes())
        kind = validator_for(document, default=Draft202012Validator)
        kind.check_schema(document)
        return kind(document, registry=Registry())
    except (OSError, ValueError, SchemaError):
        problem = "this JSON Schema cannot be used"
    raise ConfigError(problem, remedy="Check it with a JSON Schema validator.", path=path)
