"""The version of redaction moves with every module, rule and list, and with nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.redact import sources
from pipeline.redact.rules.dispatch import DispatchRules
from pipeline.redact.sources import sources_version


@pytest.mark.parametrize(
    "edited",
    ["known.py", "number_sure.py", "rules/after.yml", "vocabulary.txt", "names/cultures.txt"],
)
def test_any_edit_moves_it_and_what_is_no_source_does_not(
    edited: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "redact"
    shutil.copytree(Path(sources.__file__).parent, copy)
    monkeypatch.setattr(sources, "__file__", str(copy / "sources.py"))
    before = sources_version.__wrapped__()
    (copy / "__pycache__").mkdir(exist_ok=True)
    (copy / "__pycache__" / "known.cpython-311.pyc").write_bytes(b"other")
    assert sources_version.__wrapped__() == before == sources_version()
    with (copy / edited).open("a") as file:
        file.write("\n")
    assert sources_version.__wrapped__() != before


def test_findings_of_rules_say_it() -> None:
    assert DispatchRules().version == sources_version()
