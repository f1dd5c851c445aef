"""A mapping is previewed through the walk before it is saved, and never saved without a preview."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from elm_bluff import CANARIES, Line, call

from pipeline.adapters.store.audit_log import entries_about
from pipeline.agencies import load_agency, schemas_folder
from pipeline.audit import EntryKind
from pipeline.model import ConfigError, Refused
from pipeline.usecases import mapping as use
from pipeline.usecases.mapped import Change, Preview, read_mapping
from pipeline.usecases.resources import open_database
from pipeline.usecases.simulated import Fate

CHIMNEY = {"chimney  fire": "FSTRU"}


@pytest.fixture
def line(sqlite_line: Line) -> Line:
    """Calls of an unmapped type, one of them sensitive by its text, and one each of mapped ones."""
    hidden = call("s", "CHIMNEY FIRE", notes="her husband hit her and lit the curtains")
    held = [call(f"c{number}", "CHIMNEY FIRE") for number in range(3)]
    others = [call("d", "DOMESTIC"), call("l", "LARCENY"), call("a", "ADMIN")]
    sqlite_line.deliver("a.csv", [*held, hidden, *others])
    sqlite_line.run()
    return sqlite_line


def seen(line: Line, mapping: Mapping[str, str]) -> Preview:
    return use.preview(line.settings, "elm-bluff", mapping, days=30, now=line.at)


def save(line: Line, mapping: Mapping[str, str], digest: str, editor: str = "Ida Okwu") -> str:
    made = use.save(line.settings, "elm-bluff", mapping, digest=digest, editor=editor, now=line.at)
    return made.version


def kinds(found: Preview) -> dict[tuple[str, str, str], int]:
    return {(c, t, move.kind): n for (c, t, move), n in found.moves.items()}


def mapping_entries(line: Line) -> list[dict[str, object]]:
    rule = "rule:mapping-change:elm-bluff"
    with open_database(line.settings) as store, store.read() as tx:
        found = entries_about(tx, rule, (EntryKind.MAPPING_CHANGE,))
    return [json.loads(body)["body"] for _, body in found]


def files(line: Line) -> dict[Path, bytes]:
    roots = (line.settings.home, line.settings.public, line.folder)
    return {p: p.read_bytes() for root in roots for p in root.rglob("*") if p.is_file()}


def test_held_calls_are_walked_again_by_category_and_sensitivity(line: Line) -> None:
    found = seen(line, CHIMNEY)
    assert found.changes == (Change(code="CHIMNEY FIRE", before="", after="FSTRU"),)
    assert kinds(found) == {
        ("structure-fire", "S0", "hold to release"): 3,
        ("structure-fire", "S0", "withhold"): 1,
        ("domestic", "S3", "withhold"): 1,
        ("theft", "S1", "release"): 1,
        ("administrative", "S5", "withhold"): 1,
    }
    assert (found.count(Fate.HOLD, Fate.RELEASE), found.walked, found.unknown) == (3, 7, 0)


def test_a_sensitive_type_takes_back_what_waits_and_a_looser_one_does_not_free_it(
    line: Line,
) -> None:
    found = seen(line, {"LARCENY": "DVA", "DOMESTIC": "MVA"})
    assert found.count(Fate.RELEASE, Fate.WITHHOLD) == 1
    assert found.count(Fate.WITHHOLD, Fate.RELEASE) == 0  # once sensitive, for good


def test_examples_are_redacted_and_none_is_of_a_sensitive_call(line: Line) -> None:
    line.deliver("b.csv", [call("q", "CHIMNEY FIRE", notes="Quillon Abernathwy at 920-555-0143")])
    line.run()
    found = seen(line, CHIMNEY)
    told = [each for each in found.examples if each.kind == "hold to release"]
    assert 1 <= len(told) <= 3
    text = " ".join(remark for each in found.examples for remark in each.remarks)
    assert "smoke from the roof" in text or "[PERSON]" in text
    assert not [word for word in (*CANARIES, "husband") if word in text]
    assert not seen(line, {"DOMESTIC": "MVA"}).examples


def test_small_numbers_are_for_editors(line: Line) -> None:
    found = seen(line, CHIMNEY)
    hidden = use.moved(line.settings, found, "category")
    assert hidden["structure-fire", "hold to release"] is None
    exact = use.moved(line.settings, found, "sensitivity", editor="Ida Okwu")
    assert exact["S0", "hold to release"] == 3
    with pytest.raises(Refused):
        use.moved(line.settings, found, "category", editor="rules")


def test_a_preview_writes_nothing(line: Line) -> None:
    before = files(line)
    assert len(before) > 5
    seen(line, CHIMNEY)
    assert files(line) == before


def test_saving_needs_the_previews_digest_and_leaves_one_entry(line: Line) -> None:
    before = (line.folder / "agency.yml").read_bytes()
    first = len(mapping_entries(line))
    for wrong in ("", "0" * 32, seen(line, {"CHIMNEY FIRE": "GASLEAK"}).digest):
        with pytest.raises(Refused, match="digest of a preview"):
            save(line, CHIMNEY, wrong)
    assert (line.folder / "agency.yml").read_bytes() == before
    found = seen(line, CHIMNEY)
    with pytest.raises(Refused, match="named editor"):
        save(line, CHIMNEY, found.digest, editor="")
    version = save(line, CHIMNEY, found.digest)
    line.run()
    assert line.states()["pending"] == 4
    *_, entry = mapping_entries(line)
    assert len(mapping_entries(line)) == first + 1
    assert (entry["to"], entry["by"]) == (version, "Ida Okwu")
    assert (entry["preview"], entry["codes"]) == (found.digest, 1)


def test_a_file_changed_since_the_preview_needs_another_one(line: Line) -> None:
    found = seen(line, CHIMNEY)
    line.change(call_types={"FLOOD": "MVA"})
    with pytest.raises(Refused, match="digest of a preview"):
        save(line, CHIMNEY, found.digest)


def test_where_the_log_cannot_be_written_the_file_is_as_it_was(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, before = seen(line, CHIMNEY), files(line)

    def broken(*_: object) -> None:
        raise ConfigError("no log", remedy="none")

    monkeypatch.setattr(use, "append", broken)
    with pytest.raises(ConfigError, match="no log"):
        save(line, CHIMNEY, found.digest)
    assert files(line)[line.folder / "agency.yml"] == before[line.folder / "agency.yml"]


@pytest.mark.parametrize("bad", [{"CHIMNEY FIRE": "NOSUCHCODE"}, {"STRUCTURE FIRE": "FSTRU"}])
def test_what_is_no_code_or_no_change_is_refused(line: Line, bad: dict[str, str]) -> None:
    with pytest.raises((ConfigError, Refused)):
        seen(line, bad)


def test_comments_and_order_of_the_file_stay(line: Line) -> None:
    path = line.folder / "agency.yml"
    text = path.read_text().replace(
        "  LARCENY: LARCENY\n", "  # thefts\n  LARCENY: LARCENY # old\n"
    )
    path.write_text(text)
    wanted = {"larceny": "BURGLARY", "011": "FSTRU", "BRUSH FIRE": ""}
    save(line, wanted, seen(line, wanted).digest)
    written = path.read_text()
    assert "  # thefts\n  LARCENY: BURGLARY # old\n" in written
    assert "BRUSH FIRE" not in written
    loaded = load_agency(line.folder, dialects=schemas_folder()).call_types
    assert (loaded["011"], loaded["LARCENY"]) == ("FSTRU", "BURGLARY")
    assert "BRUSH FIRE" not in loaded


@pytest.mark.parametrize("text", ["", "- a\n", "call_types: {a: {b: c}}\n", "a: [b\n", "\xff"])
def test_a_mapping_is_lines_of_codes(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mapping.yml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(Refused):
        read_mapping(path)


def test_codes_of_a_mapping_stay_as_written(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yml"
    path.write_text("call_types:\n  011: FSTRU\n  NO: MVA\n  GONE:\n")
    assert read_mapping(path) == {"011": "FSTRU", "NO": "MVA", "GONE": ""}
