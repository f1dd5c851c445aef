"""Remarks are examined in batches; a batch that fails is examined incident by incident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.model import (
    DetectorFailure,
    Finding,
    Held,
    HoldReason,
    ModelVersion,
    Remark,
    Sensitive,
)
from pipeline.redact.examine import examine
from pipeline.usecases.redact_texts import _incident


class Counting:
    """Finds nothing, fails at ``bad``, and tells how many texts came with each call."""

    version = ModelVersion("counting-1")

    def __init__(self, bad: str = "") -> None:
        self.bad = bad
        self.sizes: list[int] = []

    def find(self, texts: Sequence[str]) -> tuple[tuple[Finding, ...], ...]:
        self.sizes.append(len(texts))
        if self.bad in texts:
            raise DetectorFailure("timeout")
        return ((),) * len(texts)


def incidents(*remarks: Sequence[str]) -> list:
    return [
        replace(
            _incident("", {}),
            remarks=tuple(Remark(text=Sensitive(text), at=None) for text in each),
        )
        for each in remarks
    ]


def test_remarks_are_examined_in_batches_and_answered_in_order() -> None:
    detector = Counting()
    many = incidents(*(["a", "b", "c"] for _ in range(100)), ["x"] * 300, [], ["y"])
    found = list(examine(many, detector))
    assert [len(each) for each in found] == [3] * 100 + [300, 0, 1]
    assert sum(detector.sizes) == 601
    assert max(size for size in detector.sizes if size != 300) <= 128
    assert len(detector.sizes) == 5


def test_only_the_incident_that_fails_is_held() -> None:
    detector = Counting(bad="bad")
    found = list(examine(incidents(["a"], ["bad", "b"], ["c"]), detector))
    held = Held(reason=HoldReason.DETECTOR, detail="timeout")
    assert found == [((),), held, ((),)]


def test_no_incident_is_no_call() -> None:
    detector = Counting()
    assert list(examine([], detector)) == []
    assert detector.sizes == []
