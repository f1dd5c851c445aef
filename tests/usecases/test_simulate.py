"""A simulation says what another policy would have done, and leaves every byte as it was."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from elm_bluff import CANARIES, Line, call, everything_outside_the_vault, published

from pipeline.cli import main
from pipeline.model import Refused
from pipeline.policies import loader, shipped_policies
from pipeline.usecases.expire import expire_due
from pipeline.usecases.simulate import counts, simulate
from pipeline.usecases.simulated import Fate, Simulation

NEWEST = shipped_policies()[-1]
KINDS = ("STRUCTURE FIRE", "LARCENY", "CRASH", "ROBBERY", "DOMESTIC", "ADMIN", "CHIMNEY FIRE")


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The newest policy with thefts withheld and a wider time for fires."""
    text = (Path(loader.__file__).parent / f"{NEWEST}.yml").read_text("utf-8")
    theft = "  theft:\n"
    theft += "    {tier: S1, release: candidate, approvals: 1, time_floor: 6h, terms: property,"
    fire = "  structure-fire:\n    {tier: S0, release: candidate, approvals: 1, time_floor: 30m,"
    assert theft in text
    assert fire in text
    text = text.replace(theft, theft.replace("candidate", "withhold").replace("property", "never"))
    text = text.replace(fire, fire.replace("30m", "1h"))
    path = tmp_path / "2027-02-mytown.yml"
    path.write_text(text, encoding="utf-8")
    return path


def delivered(line: Line, each: int = 1) -> Line:
    calls = [call(f"{kind}-{number}", kind) for kind in KINDS for number in range(1, each + 1)]
    line.deliver("a.csv", [*calls, call("sensitive", "CRASH", notes="her husband hit her")])
    line.run()
    return line


def moves(found: Simulation) -> dict[str, str]:
    return {move.category: move.kind for move in found.moves}


def files(line: Line) -> dict[Path, bytes]:
    roots = (line.settings.home, line.settings.public)
    return {p: p.read_bytes() for root in roots for p in root.rglob("*") if p.is_file()}


def test_calls_are_walked_again_from_the_vault_under_both(sqlite_line: Line, changed: Path) -> None:
    line = delivered(sqlite_line)
    found = simulate(line.settings, changed, days=90, now=line.at)
    assert (found.old, found.new) == (NEWEST, "2027-02-mytown")
    assert (found.from_vault, found.from_verdicts, found.unknown.total()) == (8, 0, 0)
    assert [(found.before(f), found.after(f)) for f in Fate] == [(4, 3), (1, 1), (3, 4)]
    assert moves(found)["theft"] == "release to withhold"
    assert moves(found)["structure-fire"] == "release, told otherwise"
    assert moves(found)["robbery"] == "release"
    assert moves(found)["domestic"] == "withhold"
    assert moves(found)[""] == "hold"
    assert {move.reason for move in found.moves if move.category == "collision"} == {
        "",
        "sensitive-text",
    }
    (theft,) = [move for move in found.moves if move.category == "theft"]
    assert (theft.area, theft.reason) == ("North Side", "category-not-released")


def test_nothing_is_written_whatever_is_simulated(sqlite_line: Line, changed: Path) -> None:
    line = sqlite_line
    line.deliver("0.csv", [call("0")])
    line.run()
    published(line)
    delivered(line)
    before = files(line)
    assert len(before) > 5
    simulate(line.settings, changed, days=90, now=line.at)
    simulate(line.settings, f"{NEWEST}+hipaa-2026-12", days=90, now=line.at)
    assert files(line) == before


def test_without_the_text_a_verdict_is_judged_where_it_suffices(
    sqlite_line: Line, changed: Path
) -> None:
    line = delivered(sqlite_line)
    later = line.later(60 * 73)
    expire_due(line.settings, now=later.at)
    found = simulate(line.settings, changed, days=90, now=later.at)
    assert (found.from_vault, found.from_verdicts, found.unknown.total()) == (0, 8, 0)
    assert moves(found)["theft"] == "release to withhold"
    assert moves(found)["structure-fire"] == "release, told otherwise"
    assert moves(found)["domestic"] == "withhold"
    placed = simulate(line.settings, f"{NEWEST}+hipaa-2026-12", days=90, now=later.at)
    assert placed.unknown.total() == 0
    florida = simulate(line.settings, f"{NEWEST}+florida-2026-12", days=90, now=later.at)
    assert florida.unknown == {"elm-bluff": 3}  # the residence rule asks where they were


def test_what_a_looser_policy_would_show_is_not_guessed_without_its_text(
    sqlite_line: Line, changed: Path
) -> None:
    line = sqlite_line
    strict = changed.with_name("2027-03-strict.yml")
    strict.write_text(changed.read_text("utf-8"), encoding="utf-8")
    line = replace(line, settings=replace(line.settings, policy=str(strict)))
    line.deliver("a.csv", [call("1", "LARCENY")])
    line.run()
    living = simulate(line.settings, NEWEST, days=90, now=line.at)
    assert moves(living) == {"theft": "withhold to release"}
    later = line.later(60 * 73)
    expire_due(line.settings, now=later.at)
    gone = simulate(line.settings, NEWEST, days=90, now=later.at)
    assert gone.unknown == {"elm-bluff": 1}
    assert not gone.moves


def test_a_call_that_was_sensitive_in_a_shredded_revision_stays_withheld(
    sqlite_line: Line, changed: Path
) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1", notes="her husband hit her")])
    line.run()
    later = line.later(60 * 73)
    later.deliver("b.csv", [call("1", notes="fire is out")])
    later.run()
    expire_due(line.settings, now=later.at)
    found = simulate(line.settings, changed, days=90, now=later.at)
    (move,) = found.moves
    assert found.from_vault == 1
    assert (move.kind, move.reason) == ("withhold", "sensitive-before")


def test_only_the_days_asked_for_are_looked_at(sqlite_line: Line, changed: Path) -> None:
    line = delivered(sqlite_line).later(60 * 24 * 8)
    assert simulate(line.settings, changed, days=7, now=line.at).moves.total() == 0
    assert simulate(line.settings, changed, days=9, now=line.at).moves.total() == 8


@pytest.mark.parametrize("days", [0, 4_000])
def test_days_without_sense_are_refused(sqlite_line: Line, changed: Path, days: int) -> None:
    with pytest.raises(Refused, match="from 1 to 3,650 days"):
        simulate(sqlite_line.settings, changed, days=days, now=sqlite_line.at)


def test_an_installation_that_never_received_anything_is_left_untouched(
    sqlite_line: Line, changed: Path
) -> None:
    before = files(sqlite_line)
    with pytest.raises(Refused, match="nothing was ever received"):
        simulate(sqlite_line.settings, changed, days=90, now=sqlite_line.at)
    assert files(sqlite_line) == before


def test_small_numbers_are_for_editors_alone(sqlite_line: Line, changed: Path) -> None:
    line = delivered(sqlite_line, each=12)
    found = simulate(line.settings, changed, days=90, now=line.at)
    exact = counts(line.settings, found, "category", editor="Ida Okwu")
    assert exact["theft", "release to withhold"] == 12
    assert exact["collision", "withhold"] == 1
    shared = counts(line.settings, found, "category")
    assert shared["theft", "release to withhold"] in (10, None)
    assert shared["collision", "withhold"] is None
    assert not [count for count in shared.values() if count is not None and count % 5]
    with pytest.raises(Refused):
        counts(line.settings, found, "category", editor="1234567")


@pytest.mark.parametrize("arguments", [["--json"], ["--exact", "Ida Okwu"], []])
def test_the_command_tells_no_private_text(
    sqlite_line: Line,
    changed: Path,
    arguments: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = delivered(sqlite_line)
    settings = line.settings
    for name, value in (
        ("HOME", settings.home),
        ("AGENCIES", settings.agencies),
        ("PUBLIC", settings.public),
        ("DATABASE_URL", settings.database_url),
    ):
        monkeypatch.setenv(f"BLOTTER_{name}", str(value))
    command = ["blotter", "policy", "simulate", str(changed), "--days", "3650", *arguments]
    monkeypatch.setattr(sys, "argv", command)
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    told = capsys.readouterr()
    assert told.out
    assert [each for each in CANARIES if each.lower() in (told.out + told.err).lower()] == []
    if "--json" in arguments:
        document = json.loads(told.out)
        assert document["by"]["category"]["theft"]["release to withhold"] is None
    if "--exact" in arguments:
        assert "would release 3, hold 1, withhold 4" in told.out
    assert everything_outside_the_vault(line, CANARIES)[1] == []
