"""Policies: total, lawful, never edited; a fault names its line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from pipeline.model import (
    Category,
    ConfigError,
    Entity,
    Operator,
    Policy,
    Release,
    RetentionClass,
    Tier,
)
from pipeline.policies import load_policy, shipped_policies
from pipeline.policies import loader as loader_module
from pipeline.policies.document import PolicyDocument

FOLDER = Path(loader_module.__file__).parent
NEWEST = shipped_policies()[-1]

# A shipped policy is never edited: a change is a new file and a new line here.
LOCKED = {
    "2026-11": "91c9db21e8840cc87303589d608e6e2f271cca0a5ac1b60a9442be340836bc4f",
    "2026-12": "7d1dc40f47ce7993eb7c72ba7a1f41a4f0e6e7aaa827c7e705c1922b7ad7bd79",
    "2027-01": "62a49909407382f00a88ee502dd32c0e4dfda4266d40aaa9caa1f00c3e437c4b",
}

Write = Callable[..., Path]


@pytest.fixture
def changed(tmp_path: Path) -> Write:
    """Return a function that writes the newest policy with one text replaced by another."""

    def write(old: str, new: str, name: str = "2027-02-mytown.yml") -> Path:
        text = (FOLDER / f"{NEWEST}.yml").read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / name
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return write


def test_no_shipped_policy_was_edited() -> None:
    found = {
        version: hashlib.sha256((FOLDER / f"{version}.yml").read_bytes()).hexdigest()
        for version in shipped_policies()
    }
    assert found == LOCKED


def test_the_newest_policy_is_loaded_unless_a_version_is_named() -> None:
    assert load_policy().version == NEWEST == "2027-01"
    assert load_policy(NEWEST) == load_policy(FOLDER / f"{NEWEST}.yml") == load_policy()
    assert load_policy("2026-11").version == "2026-11"


def test_the_policy_is_total_over_categories_and_entities() -> None:
    policy = load_policy()
    assert set(policy.categories) == set(Category)
    assert all(rule.category is category for category, rule in policy.categories.items())
    assert dict(policy.operators) == dict.fromkeys(Entity, Operator.PLACEHOLDER)


def test_the_numbers_are_those_of_the_rules() -> None:
    policy = load_policy()
    assert policy.detector_timeout == timedelta(seconds=2)
    assert policy.payload_retention == timedelta(hours=72)
    assert policy.alert_lifetime == timedelta(hours=48)
    assert policy.minimum_area_radius_m == 150


def test_only_the_allow_list_may_become_a_candidate() -> None:
    released = {
        c for c, rule in load_policy().categories.items() if rule.release is Release.CANDIDATE
    }
    assert released == {
        Category(name)
        for name in [
            "structure-fire",
            "outside-fire",
            "vehicle-fire",
            "other-fire",
            "smoke",
            "gas-leak",
            "hazardous-material",
            "electrical-hazard",
            "explosion",
            "collapse",
            "public-works",
            "weather",
            "water-rescue",
            "technical-rescue",
            "aircraft",
            "train",
            "injury-collision",
            "collision",
            "hit-and-run",
            "traffic-hazard",
            "burglary",
            "theft",
            "vehicle-theft",
            "vandalism",
            "weapon",
            "robbery",
        ]
    }


@pytest.mark.parametrize(
    ("tier", "releases"),
    [
        (Tier.S3, {Release.WITHHOLD}),
        (Tier.S4, {Release.HOLD}),
        (Tier.S5, {Release.WITHHOLD}),
    ],
)
def test_the_upper_tiers_are_never_candidates(tier: Tier, releases: set[Release]) -> None:
    rules = [rule for rule in load_policy().categories.values() if rule.tier is tier]
    assert {rule.release for rule in rules} == releases
    assert {rule.approvals for rule in rules} == {2}


def test_property_at_homes_is_told_in_quarter_days() -> None:
    categories = load_policy().categories
    for category in (Category.BURGLARY, Category.THEFT, Category.VANDALISM, Category.VEHICLE_THEFT):
        assert categories[category].time_floor == timedelta(hours=6)


def test_labels_are_neutral_and_unlike_each_other() -> None:
    labels = [rule.label for rule in load_policy().categories.values()]
    assert len(set(labels)) == len(labels)
    blame = {"suspect", "offender", "criminal", "killer", "victim", "gang", "thug"}
    assert not [label for label in labels if blame & set(label.lower().split())]


def test_a_policy_cannot_be_changed_after_it_was_loaded() -> None:
    policy = load_policy()
    with pytest.raises(FrozenInstanceError):
        policy.minimum_area_radius_m = 1  # type: ignore[misc]
    with pytest.raises(TypeError):
        policy.categories[Category.DEATH] = policy.categories[Category.THEFT]  # type: ignore[index]


def test_an_own_policy_may_be_stricter(changed: Write) -> None:
    policy = load_policy(changed("minimum_area_radius_m: 150", "minimum_area_radius_m: 152.4"))
    assert isinstance(policy, Policy)
    assert (policy.version, policy.minimum_area_radius_m) == ("2027-02-mytown", 152.4)


def test_a_policy_is_parsed_once_for_one_content(monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_policy()

    def parse(_: object) -> PolicyDocument:
        raise AssertionError("parsed again")

    monkeypatch.setattr(PolicyDocument, "model_validate", parse)
    assert load_policy() is first


def test_a_policy_is_parsed_again_when_its_content_changed(changed: Write) -> None:
    path = changed("minimum_area_radius_m: 150", "minimum_area_radius_m: 400")
    assert load_policy(path).minimum_area_radius_m == 400
    changed("minimum_area_radius_m: 150", "minimum_area_radius_m: 500")
    assert load_policy(path).minimum_area_radius_m == 500


def line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


@pytest.mark.parametrize(
    ("old", "new", "at", "problem"),
    [
        ("\n  theft:", "\n  theft-from-moon:", "theft-from-moon:", "theft-from-moon"),
        ("\n  theft:", "\n  burglary:", "\n  burglary:", "stands here a second time"),
        ("  AGE: placeholder\n", "", "operators:", "no operator for: AGE"),
        ("AGE: placeholder", "AGE: hash", "AGE: hash", "operators.AGE"),
        ("{tier: S0,", "{tier: S9,", "{tier: S9,", "tier"),
        ("release: candidate", "release: perhaps", "release: perhaps", "release"),
        ("approvals: 1", "approvals: 0", "approvals: 0", "approvals"),
        ("approvals: 1", "approvals: yes", "approvals: yes", "approvals"),
        ("approvals: 1", "approvals: two", "approvals: two", "whole number in digits"),
        ("approvals: 1", "approvals: true", "approvals: true", "whole number in digits"),
        ("approvals: 1", "approvals: 1.0", "approvals: 1.0", "whole number in digits"),
        ("approvals: 1", "approvals: +1", "approvals: +1", "whole number in digits"),
        ("approvals: 1", "approvals: 0_1", "approvals: 0_1", "whole number in digits"),
        ("approvals: 1", "approvals: null", "approvals: null", "whole number in digits"),
        ("approvals: 1", "approvals: [1]", "approvals: [1]", "whole number in digits"),
        ("approvals: 1", "approvals: 3", "approvals: 3", "less than or equal to 2"),
        ("time_floor: 30m", "time_floor: 5m", "time_floor: 5m", "time_floor"),
        ("time_floor: 30m", "time_floor: 7h", "time_floor: 7h", "divide a day"),
        ("time_floor: 30m", "time_floor: soon", "time_floor: soon", "whole number"),
        ("time_floor: 30m", "time_floor: 30m, extra: 1", "extra: 1", "extra"),
        ('basis: "rule 2: domestic"', 'basis: "because"', 'basis: "because"', "cites rules"),
        ('basis: "rule 2: domestic"', 'basis: "rule 77: no"', "rule 77", "no rule 77"),
        ('label: "Theft"', 'label: "<b>Theft"', "<b>", "label"),
        ("payload_retention: 72h", "payload_retention: 73h", "73h", "payload_retention"),
        ("alert_lifetime: 48h", "alert_lifetime: 3000h", "3000h", "alert_lifetime"),
        ("radius_m: 150", "radius_m: 149", "radius_m: 149", "minimum_area_radius_m"),
        ("radius_m: 150", "radius_m: true", "radius_m: true", "number in digits"),
        ("radius_m: 150", "radius_m: .inf", "radius_m: .inf", "number in digits"),
        ("radius_m: 150", "radius_m: nan", "radius_m: nan", "number in digits"),
        ("radius_m: 150", "radius_m: 1e3", "radius_m: 1e3", "number in digits"),
        ("radius_m: 150", "radius_m: [150]", "radius_m: [150]", "number in digits"),
        ("detector_timeout: 2s", "detector_timeout: 2", "detector_timeout: 2", "detector_timeout"),
        ("default: withhold", "default: tell", "default: tell", "withhold"),
        ("suppress_below: 10", "suppress_below: 5", "suppress_below: 5", "suppress_below"),
        ("zone_radius_m: 500", "zone_radius_m: 50", "zone_radius_m: 50", "zone_radius_m"),
        ("bias_factor: 1.5", "bias_factor: 3", "bias_factor: 3", "bias_factor"),
        ("terms: hazard,", "terms: hazzard,", "", "not there: hazzard"),
        ("- delay(0m)", "- dellay(0m)", "public:", "no verb 'dellay(0m)'"),
        ("- delay(24h)", "- delay(23h)", "public:", "looser than the rules allow in: the delay"),
        ("- delay(60m, or_closed)", "- delay(5m)", "public:", "in: the delay"),
        ("- max_age(2h)", "- max_age(3h)", "public:", "the age at first publication"),
        ("- window(48h)", "- window(49h)", "public:", "the live window"),
        ("- listed(30d)", "- listed(31d)", "public:", "the time it is listed"),
        ("min_addresses=20", "min_addresses=19", "public:", "the addresses an area must have"),
        ("snap_area(min_addresses=20)", "round(2)", "public:", "in: the place"),
        ("- one_per_area(24h)", "- one_per_area(1h)", "public:", "how long one alert stands"),
        ('reason: "rule 12: whoever', 'reason: "because', "because", "cites rules"),
    ],
)
def test_a_fault_names_its_line(old: str, new: str, at: str, problem: str, changed: Write) -> None:
    path = changed(old, new)
    with pytest.raises(ConfigError) as caught:
        load_policy(path)
    assert problem in str(caught.value)
    assert caught.value.path == path
    lines = path.read_text(encoding="utf-8").splitlines()
    assert caught.value.line is not None
    assert at.strip() in lines[caught.value.line - 1]


@pytest.mark.parametrize("missing", list(Category))
def test_a_missing_category_is_named(missing: Category, tmp_path: Path) -> None:
    document = yaml.safe_load((FOLDER / f"{NEWEST}.yml").read_text(encoding="utf-8"))
    del document["categories"][missing.value]
    path = tmp_path / "2027-02.yml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(ConfigError, match=f"no rule for: {missing.value}") as caught:
        load_policy(path)
    assert caught.value.line == line_of(path, "categories:")


@pytest.mark.parametrize(
    ("category", "change", "problem"),
    [
        ("domestic", {"release": "candidate"}, "tier S3 may only be: withhold"),
        ("domestic", {"release": "hold"}, "tier S3 may only be: withhold"),
        ("pursuit", {"release": "candidate"}, "tier S4 may only be: hold or withhold"),
        ("service", {"release": "candidate"}, "tier S5 may only be: withhold"),
        ("theft", {"release": "hold"}, "tier S1 may only be: candidate or withhold"),
        ("robbery", {"approvals": 1}, "tier S2 needs approvals: 2"),
    ],
)
def test_a_policy_cannot_be_looser_than_its_tiers(
    category: str, change: dict[str, object], problem: str, tmp_path: Path
) -> None:
    document = yaml.safe_load((FOLDER / f"{NEWEST}.yml").read_text(encoding="utf-8"))
    document["categories"][category] |= change
    path = tmp_path / "2027-02.yml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(ConfigError, match=problem) as caught:
        load_policy(path)
    assert caught.value.line == line_of(path, f"{category}:")


def test_an_edited_policy_cannot_keep_the_name_of_a_shipped_one(changed: Write) -> None:
    path = changed("detector_timeout: 2s", "detector_timeout: 1s", name=f"{NEWEST}.yml")
    with pytest.raises(ConfigError, match="is taken"):
        load_policy(path)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"categories: [", "YAML cannot be read"),
        (b"a: \xff", "not UTF-8"),
        (b"a: \x00", "control character"),
        (b"", "valid dictionary"),
        (b"- 1", "valid dictionary"),
        (b"a: &x 1\nb: *x", "an alias is not allowed"),
        (b"a: !!python/object:os.system x", "the tag .* is not allowed"),
    ],
)
def test_a_file_that_is_no_policy_is_refused(body: bytes, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "2027-02.yml"
    path.write_bytes(body)
    with pytest.raises(ConfigError, match=problem):
        load_policy(path)


def test_a_shipped_policy_may_be_saved_with_other_line_ends(tmp_path: Path) -> None:
    path = tmp_path / f"{NEWEST}.yml"
    body = (FOLDER / f"{NEWEST}.yml").read_bytes()
    path.write_bytes(body.replace(b"\n", b"\r\n"))
    assert path.read_bytes() != body
    assert load_policy(path) == load_policy(NEWEST)


def test_a_name_that_is_no_version_is_refused(changed: Write) -> None:
    with pytest.raises(ConfigError, match="no version"):
        load_policy(changed("detector_timeout: 2s", "detector_timeout: 1s", name="mine.yml"))


def test_an_unknown_version_names_the_shipped_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="2026-11"):
        load_policy("1999-01")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_policy(tmp_path / "2027-02.yml")


def test_every_entity_is_explained_and_no_policy_may_budget_more_leaks() -> None:
    policy = load_policy("2026-12")
    assert set(policy.explanations) == set(Entity)
    assert policy.explanations[Entity.PLATE].legal_basis == "18 U.S.C. 2721 (DPPA)"
    assert policy.leak_limit == 0.005
    assert Operator.KEEP_FOR_EDITOR not in set(policy.operators.values())


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("leak_limit: 0.005", "leak_limit: 0.01"),
        ("  DOB: {reason_code: personal-identity", "  #"),
        ("reason_code: contact", "reason_code: Contact us"),
    ],
)
def test_an_explanation_left_out_or_a_larger_budget_is_refused(
    tmp_path: Path, line: str, changed: str
) -> None:
    body = (FOLDER / "2026-12.yml").read_text("utf-8")
    assert line in body
    path = tmp_path / "2027-02-elm.yml"
    path.write_text(body.replace(line, changed, 1), encoding="utf-8")
    with pytest.raises(ConfigError):
        load_policy(path)


def test_every_ground_of_the_newest_policy_names_a_law_or_says_that_it_is_a_default() -> None:
    policy = load_policy()
    own = {Entity.KNOWN_VALUE, Entity.UNEXPLAINED}
    cited = {e: x.legal_basis for e, x in policy.explanations.items() if e not in own}
    assert len(cited) == len(Entity) - 2
    assert all("U.S.C." in basis or "CFR" in basis for basis in cited.values())
    body = (FOLDER / f"{NEWEST}.yml").read_text("utf-8")
    assert "NOT LEGAL ADVICE" in body


def test_each_class_of_private_text_has_its_time_and_none_a_longer_one(changed: Write) -> None:
    policy = load_policy()
    assert {each: policy.kept_for(each) for each in RetentionClass} == {
        RetentionClass.PAYLOAD: timedelta(hours=72),
        RetentionClass.MEMORY: timedelta(hours=72),
        RetentionClass.REQUEST: timedelta(days=30),
    }
    assert load_policy("2026-12").kept_for(RetentionClass.REQUEST) == timedelta(hours=72)
    for old, new in (("memory: 72h", "memory: 73h"), ("request: 720h", "request: 2161h")):
        with pytest.raises(ConfigError, match="retention"):
            load_policy(changed(old, new))
