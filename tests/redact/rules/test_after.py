"""The quick reader of ``after.yml`` makes of it what the strict reader of YAML does."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter

from pipeline.marked_yaml import read_source
from pipeline.redact.rules import after
from pipeline.redact.rules.after import AfterDocument, after_documents


def test_the_rules_are_those_the_strict_reader_of_yaml_gives() -> None:
    tree = read_source(Path(after.__file__).with_name("after.yml")).tree
    strict = TypeAdapter(dict[str, AfterDocument]).validate_python(tree)
    assert after_documents() == strict
    assert list(after_documents()) == list(strict)
