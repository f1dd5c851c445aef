"""The redaction log for auditors: every finding of the log as a row without any text.

In: filters. Out: rows, and files of rows: CSV, JSON, Parquet, Excel. Everything comes from entries;
why a kind is removed comes from the policy the entry names. Cells that a spreadsheet would take for
a formula are made plain text in CSV and Excel.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import EntryKind, stamp
from pipeline.audit.events import LogAttempt, log_attempt
from pipeline.model import ConfigError, Entity, Explanation
from pipeline.policies import load_policy
from pipeline.policies.jurisdictions import joined
from pipeline.publish.sheet import guarded
from pipeline.usecases.catalog import require_known
from pipeline.usecases.decisions import named_editor
from pipeline.usecases.log_notes import refused_attempt
from pipeline.usecases.resources import open_database
from pipeline.usecases.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "COLUMNS",
    "Filters",
    "Format",
    "RedactionRow",
    "export_page",
    "export_redactions",
    "ground",
    "length_class",
    "redaction_rows",
    "redactions",
    "rows_of",
    "safe_cell",
    "write_rows",
]

_CLASSES = ((4, "1-4"), (9, "5-9"), (19, "10-19"), (49, "20-49"))


class Format(StrEnum):
    """What an export may be."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    EXCEL = "xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which rows are wanted; what is None or empty does not narrow. ``until`` is left out."""

    agency: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    entity: Entity | None = None
    recognizer: str = ""
    reason_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionRow:
    """One finding. What each column means, ``docs/reference/redaction-export.md`` says."""

    index: int
    at: str
    agency: str
    incident: str
    remark: int
    start: int
    length: str
    entity: str
    operator: str
    reason_code: str
    legal_basis: str
    recognizer: str
    recognizer_version: str
    score: float
    policy: str
    lifted_by: str


COLUMNS: Mapping[str, str] = {
    "index": "the entry in the log that says so",
    "at": "when it was decided, UTC",
    "agency": "whose record it is",
    "incident": "keyed digest of the incident; the CAD number cannot be computed from it",
    "remark": "which free text of the record, from 0",
    "start": "where in that text it begins, in characters from 0",
    "length": "how long it was, as a class: 1-4, 5-9, 10-19, 20-49, 50+ characters",
    "entity": "what kind of private thing it is",
    "operator": "what was done to it",
    "reason_code": "why, as a code of the policy; empty under a policy of before there were codes",
    "legal_basis": "on what legal ground, in the policy's words; empty likewise",
    "recognizer": "which detector found it",
    "recognizer_version": "the detector's version",
    "score": "how sure the detector was, 0 to 1",
    "policy": "the policy in force",
    "lifted_by": "who put own words beside the masks of this record; empty where nobody did",
}


def redactions(settings: Settings, filters: Filters) -> tuple[RedactionRow, ...]:
    """Return the rows that pass the filters, in the log's order.

    Raises:
        Refused: the agency is not known.
        StoreFailure: the database cannot be used.
    """
    with open_database(settings) as store, store.read() as tx:
        require_known(settings, tx, filters.agency)
        return tuple(redaction_rows(tx, filters))


def export_redactions(
    settings: Settings,
    filters: Filters,
    path: Path,
    *,
    form: Format,
    person: str,
    now: datetime,
) -> int:
    """Write the rows that pass the filters to a file, after an entry that says who did; count them.

    Raises:
        Refused: nobody is named, or the agency is not known.
        ConfigError: the file cannot be written.
    """
    with refused_attempt(settings, LogAttempt.EXPORTED, by=person, detail="redactions", now=now):
        person = named_editor(person)
    with open_database(settings) as store, store.write() as tx:
        require_known(settings, tx, filters.agency)
        rows = tuple(redaction_rows(tx, filters))
        detail = f"redactions {form.value} {len(rows)}"
        append(tx, [log_attempt(by=person, verb=LogAttempt.EXPORTED, detail=detail, at=now)])
    try:
        write_rows(rows, path, form)
    except OSError as error:
        raise ConfigError(
            f"The export cannot be written ({error.strerror or 'no such folder'})",
            remedy="Choose another place.",
        ) from None
    return len(rows)


def redaction_rows(tx: Tx, filters: Filters) -> Iterator[RedactionRow]:
    """Yield the rows that pass the filters, in the log's order."""
    policies: dict[tuple[str, int], str] = {}
    lifts = _lifts(tx)
    lifted: dict[tuple[str, int], str] = {}
    for index, entry in entries_of(tx, (EntryKind.OUTCOME, EntryKind.FINDINGS)):
        body = entry["body"]
        record = (body["payload"], body["position"])
        if entry["kind"] == EntryKind.OUTCOME:
            # Further findings follow their outcome, under the same rules.
            policies[record] = body["versions"].get("policy", "")
            lifted[record] = lifts.get(body["candidate"], "")
        if not _wanted(entry, filters):
            continue
        yield from rows_of(index, entry, filters, policies.get(record, ""), lifted.get(record, ""))


def rows_of(
    index: int, entry: Mapping[str, Any], filters: Filters, policy: str, lifted_by: str
) -> Iterator[RedactionRow]:
    """Yield the rows of one entry that pass the filters."""
    for finding in entry["body"]["findings"]:
        row = _row(index, entry, finding, policy, lifted_by)
        if _passes(row, filters):
            yield row


def _lifts(tx: Tx) -> Mapping[str, str]:
    """Return who told a candidate's record in own words, by the candidate the rules proposed.

    An editor's words are the one way past a mask, after the leak check; of several the last counts.
    """
    origin: dict[str, str] = {}
    lifts: dict[str, str] = {}
    for _, entry in entries_of(tx, [EntryKind.EDIT]):
        body = entry["body"]
        first = origin.setdefault(body["becomes"], origin.get(body["candidate"], body["candidate"]))
        lifts[first] = body["by"]
    return lifts


def _wanted(entry: Mapping[str, Any], filters: Filters) -> bool:
    return (
        filters.agency in (None, entry["agency"])
        and (filters.since is None or entry["at"] >= stamp(filters.since))
        and (filters.until is None or entry["at"] < stamp(filters.until))
    )


def _passes(row: RedactionRow, filters: Filters) -> bool:
    return (
        filters.entity in (None, row.entity)
        and filters.recognizer in ("", row.recognizer)
        and filters.reason_code in ("", row.reason_code)
    )


def _row(
    index: int, entry: Mapping[str, Any], finding: Mapping[str, Any], policy: str, lifted_by: str
) -> RedactionRow:
    why = ground(policy, finding["entity"])
    return RedactionRow(
        index=index,
        at=entry["at"],
        agency=entry["agency"],
        incident=entry["body"]["incident"],
        remark=finding["remark"],
        start=finding["start"],
        length=length_class(finding["end"] - finding["start"]),
        entity=finding["entity"],
        operator=finding["operator"],
        reason_code="" if why is None else why.reason_code,
        legal_basis="" if why is None else why.legal_basis,
        recognizer=finding["recognizer"],
        recognizer_version=finding["recognizer_version"],
        score=float(finding["score"]),
        policy=policy,
        lifted_by=lifted_by,
    )


def ground(policy: str, entity: str) -> Explanation | None:
    """Return why a policy removes a kind of private thing; None where it does not say."""
    return _explained(policy).get(Entity(entity))


@cache
def _explained(policy: str) -> Mapping[Entity, Explanation]:
    """Return a shipped policy's explanations; an operator's own file may be gone by now.

    Packs stand in the version after plus signs and are joined to the policy again.
    """
    own, *packs = policy.split("+")
    try:
        return joined(load_policy(own), tuple(packs)).explanations
    except ConfigError:
        return {}


def length_class(length: int) -> str:
    """Return the class of a length: the exact one would tell names apart."""
    return next((name for most, name in _CLASSES if length <= most), "50+")


def safe_cell(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula; what is no text stays as it is."""
    return guarded(value) if isinstance(value, str) else value


def write_rows(rows: Sequence[RedactionRow], path: Path, form: Format) -> None:
    """Write rows as a file of one of the formats, with a head even where there are none."""
    frame = _frame(rows)
    match form:
        case Format.CSV:
            frame.map(safe_cell).to_csv(path, index=False, quoting=csv.QUOTE_NONNUMERIC)
        case Format.JSON:
            frame.to_json(path, orient="records", force_ascii=False, indent=2)
        case Format.PARQUET:
            frame.to_parquet(path, engine="pyarrow", index=False)
        case Format.EXCEL:
            frame.map(safe_cell).to_excel(path, index=False, sheet_name="redactions")


def _frame(rows: Sequence[RedactionRow]) -> pd.DataFrame:
    import pandas as pd

    names = [each.name for each in fields(RedactionRow)]
    return pd.DataFrame([asdict(row) for row in rows], columns=names)


def export_page() -> str:
    """Return the reference page of the export's columns, generated from the same table."""
    lines = [
        "# The redaction export",
        "",
        (
            "The columns of `blotter audit redactions`, in every format. Generated from"
            " `pipeline/usecases/redaction_log.py`."
        ),
        "",
        (
            "No column holds a text of a feed. In CSV and Excel a cell that a spreadsheet would"
            " take for a formula begins with an apostrophe."
        ),
        "",
        "| column | what it says |",
        "|---|---|",
        *(f"| `{name}` | {what} |" for name, what in COLUMNS.items()),
    ]
    return "\n".join(lines) + "\n"
