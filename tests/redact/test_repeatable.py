"""Two runs give the same bytes whatever the hash seed, and no log says what a record says."""

from __future__ import annotations

import logging
import os
import subprocess
import sys

import pytest

from pipeline.model import DetectorFailure, Held, HoldReason
from pipeline.redact.engine import DispatchEngine
from pipeline.usecases.redact_texts import RedactedText, Redactor

TEXTS = (
    "RP MARISOL KETTERICK 608-555-0143 ADV SUBJ LEFT 2218 TALLOW AVE APT 4, PLATE RKD9083",
    "<b>Gate code</b> 4471#, ask for Bram&nbsp;Oakhurst, DOB 03/12/1984, m.ketterick@mail.example",
    "smoke from the roof, 2 people out, E12 on scene 07:14",
)
PROGRAM = f"""
from pipeline.usecases.redact_texts import Redactor
for done in Redactor().redact_many({TEXTS!r}, [{{"caller_name": "Ketterick, Marisol"}}] * 3):
    print(repr(done))
"""


def output(seed: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


def test_two_runs_give_the_same_bytes_whatever_the_hash_seed() -> None:
    first = output("1")
    assert first.count("RedactedText") == len(TEXTS)
    assert output("4077") == first


def test_no_log_says_what_a_text_says(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("pipeline").debug("heard")
        done = list(Redactor().redact_many(TEXTS))
    assert any(isinstance(each, RedactedText) for each in done)
    said = " ".join(record.getMessage() for record in caplog.records).lower()
    assert "heard" in said
    words = {"ketterick", "0143", "tallow", "rkd9083", "4471", "oakhurst", "1984"}
    assert {word for word in words if word in said} == set()


@pytest.mark.parametrize("kind", ["timeout", "missing", "bad-offsets"])
def test_a_failure_of_the_engine_holds_the_text(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise DetectorFailure(kind)

    monkeypatch.setattr(DispatchEngine, "find", fail)
    held = Held(reason=HoldReason.DETECTOR, detail=kind)
    assert list(Redactor().redact_many(TEXTS)) == [held] * len(TEXTS)
