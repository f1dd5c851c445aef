"""Redacts a column of texts of a pandas frame into a new frame, row by row.

In: a frame, the column of texts, the columns of known values by kind. Out: a frame of the same
index with ``redacted``, ``held``, ``found`` and a count per entity. It must never change the frame
given, carry one of its columns over, or put a text into an exception. The redaction itself is
``redact_texts``'.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.model import Entity, Finding, Held, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from pipeline.usecases.redact_texts import RedactedText

__all__ = ["COLUMNS", "redact_frame"]

COLUMNS = ("redacted", "held", "found", *(entity.value for entity in Entity))
"""Columns of every result, so that parts of a large table fit together."""

_NOT_TEXT = "not-text"


class _Redacting(Protocol):
    def redact_many(
        self, texts: Sequence[str], known: Sequence[Mapping[str, str | None] | None] | None = None
    ) -> Iterator[RedactedText | Held]: ...


def redact_frame(
    redactor: _Redacting, frame: pd.DataFrame, *, text: str, known: Mapping[str, str]
) -> pd.DataFrame:
    """Return the redacted column as a frame of its own, with :data:`COLUMNS`.

    A missing text (None, NaN, NA) gives a missing ``redacted``, no findings, and is not held; what
    is no text at all is held as ``not-text``. A held row has no redacted text, and its findings
    count as none. Known numbers are read as their digits.

    Raises:
        Refused: a column that is named is not there, or is there twice.
    """
    import pandas as pd

    values = _column(frame, text)
    beside = {kind: _column(frame, column) for kind, column in known.items()}
    texts = [place for place, value in enumerate(values) if isinstance(value, str)]
    results = redactor.redact_many(
        [values[place] for place in texts],
        [{kind: _known(column[place]) for kind, column in beside.items()} for place in texts],
    )
    rows = [_row(None, () if _missing(value) else None) for value in values]
    for place, result in zip(texts, results, strict=True):
        rows[place] = _result_row(result)
    made = pd.DataFrame(rows, columns=list(COLUMNS), index=frame.index.copy())
    counts = list(COLUMNS[2:])
    made[counts] = made[counts].astype("int64")
    made[["redacted", "held"]] = made[["redacted", "held"]].astype("string")
    return made


def _column(frame: pd.DataFrame, name: str) -> list[Any]:
    if list(frame.columns).count(name) != 1:
        raise Refused(f"the table needs exactly one column named {name!r}")
    return frame[name].tolist()


def _missing(value: Any) -> bool:
    import pandas as pd

    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _known(value: Any) -> str | None:
    if _missing(value):
        return None
    # A column of telephone numbers with a gap is read as floats: 9205550143.0.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def _result_row(result: RedactedText | Held) -> list[Any]:
    if isinstance(result, Held):
        return [None, ": ".join(filter(None, (result.reason.value, result.detail))), *_counts(())]
    return _row(result.text, result.findings)


def _row(text: str | None, findings: tuple[Finding, ...] | None) -> list[Any]:
    """Return a row; no findings at all, not even none, means the value was no text."""
    held = _NOT_TEXT if findings is None else None
    return [text, held, *_counts(findings or ())]


def _counts(findings: tuple[Finding, ...]) -> list[int]:
    by_entity = Counter(finding.entity for finding in findings)
    return [len(findings), *(by_entity[entity] for entity in Entity)]
