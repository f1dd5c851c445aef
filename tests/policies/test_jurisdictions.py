"""Packs: each rule bites and is missed when taken out; none loosens; versions name all parts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.model import (
    Audience,
    Category,
    Closing,
    ConfigError,
    Entity,
    Operator,
    PlaceLevel,
    Policy,
    Release,
    Row,
    Terms,
    Tier,
    strictest,
)
from pipeline.policies import (
    differences,
    joined,
    load_pack,
    load_policy,
    looser_ones,
    shipped_packs,
    shipped_policies,
)
from pipeline.policies import jurisdictions as packs
from pipeline.policies.document import cited
from pipeline.policies.jurisdictions import Pack, join
from pipeline.policies.jurisdictions_page import jurisdictions_page

FOLDER = Path(packs.__file__).parent / "packs"
POLICY = load_policy()
HOUR = timedelta(hours=1)

# A published pack is never edited: a change is a new file and a new line here.
LOCKED = {
    "california-2026-12": "c0e68a51a2943160b52003f90b82a62e2333423c2c4513a74769c759596be1c0",
    "florida-2026-12": "c7477b157c6e306bb74c0c619e1d76dbb04a7dd9df3c1b6a1ca58b38397f7dab",
    "hipaa-2026-12": "786aa8d0be744908fe17a7debe6d18f429603fc7293d9ec916a94b4c2faa8643",
    "ohio-2026-12": "5ce04eb6bcb8d49167725e42f720a3c25c1fd457455de2f0ce11e1d0c98e6bf3",
}

# As loose as can be and no policy may be: what a pack asks for can then be seen by itself.
LOOSE = replace(
    POLICY,
    categories={
        category: replace(
            rule,
            tier=Tier.S0,
            release=Release.CANDIDATE,
            approvals=1,
            time_floor=timedelta(0),
            terms={Audience.PUBLIC: Terms()},
        )
        for category, rule in POLICY.categories.items()
    },
    operators=dict.fromkeys(Entity, Operator.KEEP_FOR_EDITOR),
)

Check = Callable[[Policy], bool]


def terms(policy: Policy, name: str) -> Terms:
    return policy.categories[Category(name)].terms[Audience.PUBLIC]


def silent(*names: str) -> Check:
    def check(policy: Policy) -> bool:
        rules = [policy.categories[Category(name)] for name in names]
        return all(
            rule.release is Release.WITHHOLD and rule.terms[Audience.PUBLIC].row is Row.DROPPED
            for rule in rules
        )

    return check


def has(name: str, **parts: object) -> Check:
    return lambda policy: all(
        getattr(terms(policy, name), part) == value for part, value in parts.items()
    )


def removed(*names: str, by: Operator = Operator.PLACEHOLDER, basis: str) -> Check:
    return lambda policy: all(
        policy.operators[Entity(name)] is by
        and basis in policy.explanations[Entity(name)].legal_basis
        for name in names
    )


REMARKS = frozenset({"remarks"})
OVER: Mapping[str, object] = {"delay": HOUR, "closing": Closing.REQUIRED}
CHECKS: Mapping[tuple[str, str], Check] = {
    ("california-2026-12", "victims-of-listed-crimes"): silent(
        "domestic", "sexual-offense", "abuse", "stalking", "juvenile"
    ),
    ("california-2026-12", "unnamed-assaults"): silent("assault", "threat", "court-order"),
    ("california-2026-12", "trafficking"): silent("vice"),
    ("california-2026-12", "endangered-persons"): has("pursuit", **OVER),
    ("california-2026-12", "open-investigations"): has(
        "robbery", time_floor=6 * HOUR, dropped_fields=REMARKS
    ),
    ("california-2026-12", "victims-and-witnesses"): removed("PHONE", "ADDRESS", basis="841.5"),
    ("florida-2026-12", "callers-home"): has("noise", area_at_residence=True),
    ("florida-2026-12", "callers-words"): has("smoke", dropped_fields=REMARKS),
    ("florida-2026-12", "callers-identity"): removed("PERSON", "GEO", basis="365.174"),
    ("florida-2026-12", "callers-time"): has("theft", time_floor=6 * HOUR, delay=24 * HOUR),
    ("florida-2026-12", "victims-of-abuse"): silent("sexual-offense", "abuse", "vice", "juvenile"),
    ("florida-2026-12", "victims-of-violence"): silent("domestic", "stalking", "assault", "threat"),
    ("florida-2026-12", "active-investigations"): has("kidnapping", **OVER),
    ("florida-2026-12", "security-systems"): silent("security-alarm"),
    ("florida-2026-12", "door-codes"): removed("ACCESS_CODE", by=Operator.DROP, basis="119.071(3)"),
    ("florida-2026-12", "officers-homes"): removed("STAFF", basis="119.071(4)(d)"),
    ("florida-2026-12", "social-security"): removed("SSN", by=Operator.DROP, basis="119.071(5)(a)"),
    ("florida-2026-12", "accounts"): removed("FINANCIAL", by=Operator.DROP, basis="119.071(5)(b)"),
    ("hipaa-2026-12", "health-calls"): silent("medical", "overdose", "mental-health", "suicide"),
    ("hipaa-2026-12", "injured-place"): has("injury-collision", place=PlaceLevel.TOWN),
    ("hipaa-2026-12", "injured-time"): has("water-rescue", time_floor=24 * HOUR),
    ("hipaa-2026-12", "minimum-necessary"): has("smoke", dropped_fields=REMARKS),
    ("hipaa-2026-12", "identifiers"): removed("PERSON", "VIN", "DOB", basis="164.514(b)(2)(i)"),
    ("hipaa-2026-12", "ages"): removed("AGE", by=Operator.DROP, basis="164.514(b)(2)(i)(C)"),
    ("hipaa-2026-12", "numbers"): removed("MEDICAL_ID", by=Operator.DROP, basis="(G)-(J)"),
}


def without(pack: Pack, rule_id: str) -> Pack:
    return replace(pack, rules=tuple(rule for rule in pack.rules if rule.rule_id != rule_id))


def test_every_rule_that_tightens_has_its_check() -> None:
    tightening = {
        (name, rule.rule_id)
        for name in shipped_packs()
        for rule in load_pack(name).rules
        if not rule.permits
    }
    assert tightening == set(CHECKS)


@pytest.mark.parametrize(("name", "rule_id"), sorted(CHECKS), ids=" ".join)
def test_a_rule_bites_and_is_missed_when_it_is_taken_out(name: str, rule_id: str) -> None:
    pack, check = load_pack(name), CHECKS[name, rule_id]
    assert check(join(LOOSE, pack))
    assert not check(join(LOOSE, without(pack, rule_id)))


def test_no_published_pack_was_edited() -> None:
    found = {
        name: hashlib.sha256((FOLDER / f"{name}.yml").read_bytes()).hexdigest()
        for name in shipped_packs()
    }
    assert found == LOCKED


@pytest.mark.parametrize("version", shipped_policies())
@pytest.mark.parametrize("name", shipped_packs())
def test_no_pack_loosens_a_policy(name: str, version: str) -> None:
    policy = load_policy(version)
    assert looser_ones(differences(policy, joined(policy, [name]))) == ()


def test_a_pack_that_only_permits_changes_nothing_but_the_name() -> None:
    ohio = load_pack("ohio-2026-12")
    assert all(rule.permits for rule in ohio.rules)
    there = joined(POLICY, ["ohio-2026-12"])
    assert there.version == f"{POLICY.version}+ohio-2026-12"
    assert replace(there, version=POLICY.version) == POLICY


@pytest.mark.parametrize("rule", load_pack("ohio-2026-12").rules, ids=lambda rule: rule.rule_id)
def test_what_ohio_opens_cannot_loosen_even_if_it_were_joined(rule: packs.PackRule) -> None:
    asked = replace(load_pack("ohio-2026-12"), rules=(replace(rule, permits=False),))
    assert looser_ones(differences(POLICY, join(POLICY, asked))) == ()
    for category in rule.categories:
        own = POLICY.categories[category].terms[Audience.PUBLIC]
        both = strictest(own, rule.terms)
        assert replace(both, legal_basis=own.legal_basis, reason=own.reason) == own


@pytest.mark.parametrize("rule_id", [r.rule_id for r in load_pack("ohio-2026-12").rules])
def test_a_contrast_is_on_the_page_as_long_as_its_rule_is_there(
    rule_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.policies import jurisdictions_page as page

    assert f"| `{rule_id}` |" in jurisdictions_page(POLICY)
    shorter: Callable[[str], Pack] = lambda name: without(load_pack(name), rule_id)  # noqa: E731
    monkeypatch.setattr(page, "load_pack", shorter)
    assert f"| `{rule_id}` |" not in jurisdictions_page(POLICY)


def test_packs_are_joined_once_each_in_the_order_given() -> None:
    both = joined(POLICY, ["florida-2026-12", "hipaa-2026-12", "florida-2026-12"])
    assert both.version == f"{POLICY.version}+florida-2026-12+hipaa-2026-12"
    assert joined(both, ["hipaa-2026-12", "florida-2026-12"]) is both
    assert load_policy(both.version) == both


def test_what_the_public_is_not_told_is_withheld() -> None:
    rule = join(LOOSE, load_pack("hipaa-2026-12")).categories[Category.MEDICAL]
    assert (rule.release, rule.tier) == (Release.WITHHOLD, Tier.S0)


def test_a_pack_makes_the_rule_itself_stricter_not_only_its_terms() -> None:
    rule = joined(POLICY, ["hipaa-2026-12"]).categories[Category.INJURY_COLLISION]
    assert rule.time_floor == 24 * HOUR


def test_an_unknown_pack_is_refused_with_those_known() -> None:
    with pytest.raises(ConfigError, match=r"no jurisdiction pack 'texas'.*florida-2026-12"):
        load_policy("2026-12+texas")


def test_every_rule_has_its_ground_and_every_pack_says_what_it_is_not() -> None:
    assert len(shipped_packs()) == 4
    for name in shipped_packs():
        assert "This is not legal advice." in (FOLDER / f"{name}.yml").read_text("utf-8")
        for rule in load_pack(name).rules:
            assert rule.legal_basis
            assert cited(rule.reason)


WRONG = [
    ("verbs: [drop_row]", "verbs: [drop_everything]", "no verb 'drop_everything'"),
    ("verbs: [drop_row]", "operator: drop", "go together"),
    ('reason: "rule 2', 'reason: "rule 99', "no rule 99"),
    ("This is not legal advice.", "Trust us.", "advice"),
    ("id: trafficking", "id: unnamed-assaults", "two rules are called unnamed-assaults"),
    ("categories: [vice]", "categories: [sloth]", "rules.2.categories"),
    ("  effect: tightens\n", "  effect: loosens\n", "rules.0.effect"),
]


@pytest.mark.parametrize(("old", "new", "problem"), WRONG)
def test_a_wrong_pack_is_told_with_its_line(
    old: str, new: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (FOLDER / "california-2026-12.yml").read_text("utf-8")
    assert old in text
    (tmp_path / "california-2026-12.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(packs, "_FOLDER", tmp_path)
    with pytest.raises(ConfigError) as caught:
        load_pack("california-2026-12")
    assert problem in str(caught.value)
    assert caught.value.line
