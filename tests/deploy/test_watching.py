"""Alert rules and dashboard name metrics that exist, and each alarm has its part in the runbook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.adapters.exposition import METRICS

ROOT = Path(__file__).resolve().parents[2]
RULES = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())
ALERTS = [rule for group in RULES["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((ROOT / "deploy/grafana/blotter.json").read_text())
EXPRESSIONS = [
    *((rule["alert"], rule["expr"]) for rule in ALERTS),
    *(
        (panel["title"], target["expr"])
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
    ),
]
NAME = re.compile(r"\bblotter_\w+")
LABELS = re.compile(r"(blotter_\w+)\{([^}]*)\}")


def anchors(page: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def unknown(expression: str) -> Iterator[str]:
    yield from (name for name in NAME.findall(expression) if name not in METRICS)
    for name, labels in LABELS.findall(expression):
        for label in re.findall(r"(\w+)\s*[=!]", labels):
            if label not in METRICS.get(name, ((), ""))[0]:
                yield f"{name}{{{label}}}"


@pytest.mark.parametrize(("what", "expression"), EXPRESSIONS)
def test_an_expression_names_metrics_and_labels_that_exist(what: str, expression: str) -> None:
    assert list(unknown(expression)) == []
    assert expression.count("(") == expression.count(")")


def test_a_metric_that_does_not_exist_is_found() -> None:
    assert list(unknown('sum(blotter_gone) + blotter_records{caller="x"}')) == [
        "blotter_gone",
        "blotter_records{caller}",
    ]


def test_every_metric_is_on_the_dashboard_or_in_a_rule() -> None:
    used = {name for _, expression in EXPRESSIONS for name in NAME.findall(expression)}
    assert set(METRICS) - used == set()


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alarm_has_its_part_in_the_runbook(rule: dict[str, Any]) -> None:
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    assert anchor in anchors((ROOT / page).read_text())
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"].endswith(".")


def test_alarms_and_panels_are_there_and_named_once() -> None:
    names = [rule["alert"] for rule in ALERTS]
    assert len(names) > 12
    assert len(set(names)) == len(names)
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) > 12
    assert len(set(ids)) == len(ids)


def test_a_rule_never_shows_a_label_but_plain_ones() -> None:
    shown = re.findall(r"\{\{\s*(.+?)\s*\}\}", (ROOT / "deploy/prometheus/alerts.yml").read_text())
    assert set(shown) <= {"$value"}
