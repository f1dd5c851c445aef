from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import re
import types
import typing
from collections.abc import Iterator
from enum import Enum, IntEnum, StrEnum
from pathlib import Path
from typing import Any

import pytest

import pipeline
from pipeline import model
from pipeline.adapters.airflow_api import AirflowFailure
from pipeline.model import (
    Alert,
    BlotterError,
    Candidate,
    Category,
    CategoryRule,
    Decision,
    Entity,
    ExactPlace,
    Held,
    Incident,
    LedgerState,
    Memory,
    Notice,
    NoticeCode,
    Outcome,
    Person,
    Point,
    Quarantined,
    RecordState,
    RedactedIncident,
    Remark,
    Retraction,
    Sensitive,
    Severity,
    SourceRecord,
    Tier,
    Withheld,
)
from pipeline.policies import load_policy

KEBAB = re.compile(r"[a-z]+(?:-[a-z]+)*")
MODULES = [
    importlib.import_module(f"pipeline.model.{found.name}")
    for found in pkgutil.iter_modules(model.__path__)
]
PUBLIC = {name: getattr(model, name) for name in model.__all__}
CLASSES = [value for value in PUBLIC.values() if inspect.isclass(value)]
RECORDS = [each for each in CLASSES if dataclasses.is_dataclass(each)]
WORDS = [each for each in CLASSES if issubclass(each, Enum) and not issubclass(each, IntEnum)]
SOURCES = sorted(Path(pipeline.__file__).parent.rglob("*.py"))


def named(value: Any) -> str:
    return str(value.__name__)


def decorated(source: Path) -> Iterator[tuple[str, set[str]]]:
    """Yield each public dataclass of a file with the options it sets to true."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ClassDef):
            continue
        for each in node.decorator_list:
            call = each.func if isinstance(each, ast.Call) else each
            names = ("dataclass", "dataclasses.dataclass")
            if ast.unparse(call) in names and not node.name.startswith("_"):
                options = each.keywords if isinstance(each, ast.Call) else []
                true = {str(o.arg) for o in options if ast.unparse(o.value) == "True"}
                yield f"{source.name}:{node.lineno} {node.name}", true


def reached(start: Any) -> set[Any]:
    """Return every class that a value of a type may hold, at any depth."""
    found: set[Any] = set()
    waiting = [start]
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, typing.NewType):
            kind = kind.__supertype__
        if not isinstance(kind, types.GenericAlias | types.UnionType) and kind in found:
            continue
        waiting += typing.get_args(kind)
        if inspect.isclass(kind):
            found.add(kind)
            if dataclasses.is_dataclass(kind):
                waiting += typing.get_type_hints(kind).values()
    return found


def test_the_records_and_words_are_found() -> None:
    assert len(MODULES) >= 10
    assert {Incident, Alert, Outcome, Notice} <= set(RECORDS)
    assert {Category, NoticeCode, LedgerState} <= set(WORDS)


@pytest.mark.parametrize("record", RECORDS, ids=named)
def test_a_record_is_frozen_has_slots_and_takes_keywords_only(record: type) -> None:
    parameters = record.__dataclass_params__  # type: ignore[attr-defined]
    assert parameters.frozen
    assert parameters.eq
    assert "__slots__" in record.__dict__
    assert "__dict__" not in dir(record)
    signature = inspect.signature(record).parameters.values()
    assert {each.kind for each in signature} <= {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("record", RECORDS, ids=named)
def test_a_record_holds_nothing_that_can_change(record: type) -> None:
    origins = {typing.get_origin(kind) or kind for kind in typing.get_type_hints(record).values()}
    assert origins.isdisjoint({list, dict, set, bytearray, object, Any})


def test_every_public_dataclass_of_the_package_is_frozen_and_has_slots() -> None:
    found = [pair for source in SOURCES for pair in decorated(source)]
    assert len(found) > 60
    assert [name for name, true in found if not {"frozen", "slots"} <= true] == []


def test_the_package_offers_what_its_modules_offer_in_order_and_no_more() -> None:
    offered = [name for module in MODULES for name in module.__all__]
    assert model.__all__ == sorted(offered)
    assert len(set(offered)) == len(offered)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_module_offers_every_public_class_it_defines(module: types.ModuleType) -> None:
    defined = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(value) or isinstance(value, typing.NewType))
        and value.__module__ == module.__name__
    }
    assert defined
    assert defined <= set(module.__all__)
    assert [name for name in module.__all__ if not hasattr(module, name)] == []
    assert module.__all__ == sorted(module.__all__)


@pytest.mark.parametrize("words", WORDS, ids=named)
def test_no_two_names_of_an_enumeration_share_a_value(words: type[Enum]) -> None:
    assert len(words.__members__) == len(list(words)) > 0


@pytest.mark.parametrize("words", [each for each in WORDS if each not in (Entity, Tier)], ids=named)
def test_a_code_is_its_name_in_kebab_case(words: type[Enum]) -> None:
    for word in words:
        assert KEBAB.fullmatch(word.value)
        assert word.value == word.name.lower().replace("_", "-")


@pytest.mark.parametrize("words", [Entity, Tier], ids=named)
def test_an_entity_or_tier_is_written_as_it_is_named(words: type[StrEnum]) -> None:
    assert all(word.value == word.name for word in words)


@pytest.mark.parametrize("code", NoticeCode, ids=lambda code: code.value)
def test_a_notice_says_what_it_means_and_what_to_do(code: NoticeCode) -> None:
    assert isinstance(code.severity, Severity)
    for text in (code.meaning, code.remedy):
        assert text[0].isupper()
        assert text.endswith(".")
        assert "\n" not in text
    assert code.meaning != code.remedy
    assert NoticeCode(code.value) is code


def test_meanings_of_notices_differ_and_every_severity_is_used() -> None:
    assert len({code.meaning for code in NoticeCode}) == len(NoticeCode)
    assert {code.severity for code in NoticeCode} == set(Severity)


def test_the_policy_has_a_rule_for_every_category_and_a_verb_for_every_entity() -> None:
    policy = load_policy()
    assert set(policy.categories) == set(Category)
    assert set(policy.operators) == set(Entity)
    assert all(rule.category is category for category, rule in policy.categories.items())
    assert {rule.tier for rule in policy.categories.values()} <= set(Tier)


def test_the_states_are_those_of_the_promise_that_the_ledger_balances() -> None:
    assert [state.value for state in LedgerState] == [
        "published",
        "pending",
        "held",
        "withheld",
        "rejected",
        "superseded",
        "duplicate",
        "quarantined",
    ]


@pytest.mark.parametrize(
    "outward", [RedactedIncident, Candidate, Decision, Alert, Retraction, Notice, CategoryRule]
)
def test_what_leaves_the_vaults_side_has_no_place_for_private_text(outward: type) -> None:
    held = reached(outward)
    assert str in held
    assert held.isdisjoint({Sensitive, Point, ExactPlace, Person, Remark, Incident, Memory})


def test_a_state_has_no_place_for_private_text_and_an_outcome_only_in_its_memory() -> None:
    states = typing.get_args(RecordState)
    assert {Candidate, Held, Withheld, Quarantined} <= set(states)
    assert all(Sensitive not in reached(state) for state in states)
    hints = typing.get_type_hints(Outcome)
    assert [name for name, kind in hints.items() if Sensitive in reached(kind)] == ["memory"]
    assert not Outcome.__dataclass_fields__["memory"].repr


def test_private_records_wrap_every_text_that_a_feed_gave() -> None:
    names = {"agency_id", "ref", "revision"}
    for record in (Incident, SourceRecord, Person, Remark, ExactPlace):
        bare = {n for n, kind in typing.get_type_hints(record).items() if kind is str}
        assert bare == set()
        newtypes = {
            name
            for name, kind in typing.get_type_hints(record).items()
            if isinstance(kind, typing.NewType)
        }
        assert newtypes <= names
    remarks = typing.get_type_hints(SourceRecord)["remarks"]
    assert Sensitive in reached(remarks)


def descendants(kind: type) -> Iterator[type]:
    for child in kind.__subclasses__():
        yield child
        yield from descendants(child)


def test_the_tree_of_errors_is_the_one_drawn() -> None:
    drawn = re.findall(r"[├└]── (\w+)", importlib.import_module("pipeline.model.errors").__doc__)
    ours = {each for each in descendants(BlotterError) if each.__module__.startswith("pipeline.")}
    assert AirflowFailure in ours
    assert {each.__name__ for each in ours} == set(drawn)
