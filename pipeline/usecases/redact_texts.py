"""Redacts texts of their own, without an agency, a database, keys or settings.

In: texts, and what the record around each already says is private. Out: one ``RedactedText`` or
``Held`` per text, in order. It must never open a connection, write a file, or put a text into an
exception. Whole incidents are walked by ``walk_payload``; lines of JSON are read by
``redact_lines``, tables by ``redact_frame``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.adapters.detection import dispatch_detector
from pipeline.model import (
    AgencyId,
    DetectorFailure,
    Digest,
    ExactPlace,
    Finding,
    Held,
    HoldReason,
    Incident,
    IncidentRef,
    IncidentStatus,
    Person,
    PersonRole,
    Policy,
    Remark,
    Sensitive,
)
from pipeline.policies import load_policy
from pipeline.redact import redact
from pipeline.redact.reading import KEPT

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KNOWN_KINDS", "RedactedText", "Redactor"]

KNOWN_KINDS = ("caller_name", "caller_phone", "caller_address", "incident_address")
"""Keys of ``known`` whose kind is understood; any other is searched for all the same."""

Known = Mapping[str, str | None]

_BATCH = KEPT
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedText:
    """One text after redaction. Findings are disjoint, sorted, in characters of the original."""

    text: str
    findings: tuple[Finding, ...]


class Redactor:
    """Takes everything private out of texts. Deterministic; not for two threads at once.

    Loading takes some tenths of a second and happens with the first text. ``recognizers`` is a file
    of the site's own, which may find more than comes with Blotter.

    Raises:
        ConfigError: the file of recognizers is wrong, or one of its examples fails.
    """

    def __init__(self, recognizers: Path | None = None) -> None:
        self._policy = load_policy()
        self._detector = dispatch_detector(self._policy, recognizers)

    @property
    def version(self) -> str:
        """Names and versions of all that may produce a finding."""
        return self._detector.version

    def redact(self, text: str, known: Known | None = None) -> RedactedText | Held:
        """Return the text without what is private, or why a person must look at it.

        ``known`` holds what the record says besides, by kind (:data:`KNOWN_KINDS`); those values
        are masked in any spelling. Offsets of findings count characters of ``text``.
        """
        return next(self.redact_many([text], [known]))

    def redact_many(
        self,
        texts: Sequence[str],
        known: Sequence[Known | None] | None = None,
    ) -> Iterator[RedactedText | Held]:
        """Yield one result per text, in order; ``known`` has one entry per text, or is left out.

        Raises:
            ValueError: ``known`` has another length than ``texts``.
        """
        if known is not None and len(known) != len(texts):
            raise ValueError("one known mapping per text, or none at all")
        pairs = zip(texts, known or [None] * len(texts), strict=True)
        return self._in_batches(pairs)

    @staticmethod
    def redact_frame(
        frame: pd.DataFrame, text: str, known: Mapping[str, str] | None = None
    ) -> pd.DataFrame:
        """Return a frame of the same index: redacted text, findings by entity, held reason.

        ``text`` names the column of texts, ``known`` the columns of known values by kind. The frame
        given is not changed, and none of its columns is in the new one. See
        :func:`~pipeline.usecases.redact_frame.redact_frame`.
        """
        from pipeline.usecases.redact_frame import redact_frame

        return redact_frame(_shared(), frame, text=text, known=known or {})

    def _in_batches(
        self, pairs: Iterator[tuple[str, Known | None]]
    ) -> Iterator[RedactedText | Held]:
        while batch := list(islice(pairs, _BATCH)):
            yield from self._batch(batch)

    def _batch(self, batch: Sequence[tuple[str, Known | None]]) -> Iterator[RedactedText | Held]:
        try:
            found = self._detector.find([text for text, _ in batch])
        except DetectorFailure as failure:
            if len(batch) == 1:
                yield Held(reason=HoldReason.DETECTOR, detail=failure.kind)
                return
            # One bad text must not hold its neighbours.
            for pair in batch:
                yield from self._batch([pair])
            return
        for (text, known), findings in zip(batch, found, strict=True):
            yield _one(text, known or {}, findings, self._policy)


@cache
def _shared() -> Redactor:
    return Redactor()


def _one(
    text: str, known: Known, findings: tuple[Finding, ...], policy: Policy
) -> RedactedText | Held:
    done = redact(
        _incident(text, known), (findings,), None, call_types=(), policy=policy, seal=None
    )
    if isinstance(done, Held):
        return done
    (remark,) = done.remarks
    return RedactedText(text=remark.text, findings=tuple(each.finding for each in done.findings))


def _incident(text: str, known: Known) -> Incident:
    given = {kind: Sensitive(value) for kind, value in known.items() if value}
    caller = Person(
        role=PersonRole.CALLER,
        name=given.get("caller_name"),
        phone=given.get("caller_phone"),
        address=given.get("caller_address"),
    )
    return Incident(
        agency_id=AgencyId(""),
        ref=IncidentRef(""),
        revision=Digest(""),
        position=0,
        call_types=(),
        opened_at=_NO_TIME,
        revised_at=None,
        status=IncidentStatus.OPEN,
        priority=None,
        place=ExactPlace(address=given.get("incident_address")),
        people=(caller,),
        remarks=(Remark(text=Sensitive(text)),),
        private_values=tuple(value for kind, value in given.items() if kind not in KNOWN_KINDS),
        unit_count=0,
        restricted=False,
        notices=(),
    )
