"""Runbooks can be followed literally: whole commands, a line for each code, who tells what."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from pipeline.cli.app import app
from pipeline.model import NoticeCode, Severity
from pipeline.receiver.app import _NOTICES
from pipeline.receiver.problems import Problem

ROOT = Path(__file__).resolve().parents[2]
BOOKS = ROOT / "docs/runbooks"
ALARMS = (BOOKS / "alarms.md").read_text()
COMMAND: Any = typer.main.get_command(app)
CODE = re.compile(r"`([^`\n]+)`")
HEAD = re.compile(r"^## (.+)$", re.MULTILINE)


def lacking(line: str) -> Iterator[str]:
    """Yield what a command line lacks to be run as it stands: options, arguments, a name."""
    command, words = COMMAND, shlex.split(line)[1:]
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    if hasattr(command, "commands"):
        return  # the list of a group
    given = [n for n, word in enumerate(words) if word.startswith("--")]
    plain = [w for n, w in enumerate(words) if not w.startswith("--") and n - 1 not in given]
    for each in command.params:
        if each.param_type_name == "argument":
            if each.required and not plain:
                yield each.name
            plain = plain[1:]
        elif (each.required or "--editor" in each.opts) and not set(each.opts) & set(words):
            yield each.opts[0]


@pytest.mark.parametrize("path", sorted(BOOKS.glob("*.md")), ids=lambda path: path.name)
def test_each_command_can_be_typed_as_it_stands(path: Path) -> None:
    lines = [code for code in CODE.findall(path.read_text()) if code.startswith("blotter ")]
    assert len(lines) > 3
    assert {line: found for line in lines if (found := list(lacking(line)))} == {}


def test_a_command_that_lacks_something_is_found() -> None:
    assert list(lacking("blotter switch off all")) == ["--reason", "--editor"]
    assert list(lacking("blotter retract --reason wrong --editor NAME")) == ["alert"]
    assert list(lacking("blotter audit resume ID --reason x")) == ["--editor"]


def test_each_answer_of_the_receiver_has_a_line() -> None:
    page = (BOOKS / "receiver.md").read_text()
    rows = re.findall(r"^\| (\d{3}[^|]*) \|", page, re.MULTILINE)
    parts = [part.strip() for row in rows for part in row.split(";")]
    told = {code: part[:3] for part in parts for code in CODE.findall(part)}
    assert told == {each.value: str(each.status) for each in Problem}


def test_each_notice_of_fetching_has_a_line() -> None:
    fetched = {each for each in NoticeCode if each.severity is Severity.FETCH}
    assert len(fetched) > 15
    told = set(CODE.findall((BOOKS / "intake.md").read_text()))
    pushed = set(_NOTICES.values())
    assert {each.value for each in fetched - pushed} - told == set()


def test_the_page_says_which_alarms_only_one_of_both_tells() -> None:
    rules = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())["groups"][0]
    heads = {head.lower().replace(" ", "-"): head for head in HEAD.findall(ALARMS)}
    rung = {rule["annotations"]["runbook"].partition("#")[2] for rule in rules["rules"]}
    source = (ROOT / "pipeline/usecases/alarms.py").read_text()
    watched = set(re.findall(r'(?:\((?="[a-z]+-)|code=)"([a-z]+(?:-[a-z]+)*)"', source))
    assert rung | watched == set(heads)
    for words, only in (("Prometheus", rung - watched), ("`blotter watch`", watched - rung)):
        (sentence,) = re.findall(rf"What only {words} tells:\s([^.]+)\.", ALARMS)
        assert set(re.findall(r"\*([^*]+)\*", sentence)) == {heads[each] for each in only}
