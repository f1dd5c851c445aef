"""The site beside the feeds: what a change touches, what it removes, and that it is the whole."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from elm_bluff import Line, build_line, call, published

from pipeline.model import RetractReason
from pipeline.usecases.approve import approve
from pipeline.usecases.expire import expire_due
from pipeline.usecases.publish import publish_due
from pipeline.usecases.retract import retract
from pipeline.usecases.seal import seal_log

DAY = 60 * 24


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def told(line: Line, cfs: str = "1", **values: str) -> str:
    line.deliver(f"{cfs}.csv", [call(cfs, **values)])
    line.run()
    return published(line)


def test_an_alert_has_pages_in_every_language_and_stands_on_lists(sqlite_line: Line) -> None:
    alert_id = told(sqlite_line)
    pages = tree(sqlite_line.settings.public)
    for prefix in ("", "es/"):
        assert f"{prefix}alert/{alert_id}.html" in pages
        for where in (
            "index.html",
            "category/structure-fire/index.html",
            "agency/elm-bluff/index.html",
            "area/elm-bluff/north-side/index.html",
        ):
            assert alert_id.encode() in pages[f"{prefix}{where}"], where
    assert b"Elm Bluff Public Safety" in pages["partners/elm-bluff.html"]
    assert alert_id in {e["id"] for e in json.loads(pages["api/v1/alerts.json"])["alerts"]}


def test_touched_pages_are_what_a_rebuild_would_write(sqlite_line: Line) -> None:
    line = sqlite_line
    first = told(line)
    told(line.later(70), "2", kind="GAS LEAK", lat="42.97")
    retract(line.settings, first, editor="Ida Okwu", now=line.at, reason=RetractReason.WRONG)
    later = line.later(71)
    publish_due(later.settings, now=later.at)
    before = tree(line.settings.public)
    report = publish_due(later.settings, now=later.at, force=True)
    assert tree(line.settings.public) == before
    assert (report.files_written, report.files_removed) == (0, 0)


def test_an_idle_run_writes_nothing_and_a_change_only_what_it_touches(sqlite_line: Line) -> None:
    line = sqlite_line
    told(line)
    idle = publish_due(line.settings, now=line.at)
    assert (idle.files_written, idle.files_removed) == (0, 0)
    stamps = {p: p.stat().st_mtime_ns for p in line.settings.public.rglob("*.html")}
    told(line.later(5), "2", kind="GAS LEAK", lat="42.97")
    changed = {
        path.relative_to(line.settings.public).as_posix()
        for path in line.settings.public.rglob("*.html")
        if stamps.get(path) != path.stat().st_mtime_ns
    }
    assert "area/elm-bluff/south-side/index.html" in changed
    assert "area/elm-bluff/north-side/index.html" not in changed
    assert not {path for path in changed if "policy" in path or "partners" in path}
    assert len(changed) == 2 * len({"home", "alert", "area", "category", "agency"})


def test_a_retraction_leaves_a_page_without_words_or_place(sqlite_line: Line) -> None:
    line = sqlite_line
    alert_id = told(line)
    retract(line.settings, alert_id, editor="Ida Okwu", now=line.at, reason=RetractReason.PRIVACY)
    publish_due(line.settings, now=line.later(1).at)
    for prefix in ("", "es/"):
        page = (line.settings.public / f"{prefix}alert/{alert_id}.html").read_text()
        assert 'content="noindex"' in page
        assert "North Side" not in page
        assert "tructure fire" not in page
    corrections = (line.settings.public / "corrections/index.html").read_text()
    assert alert_id in corrections
    assert "privacy" not in corrections


def test_an_alert_that_is_over_is_not_listed_and_then_is_gone(sqlite_line: Line) -> None:
    line = sqlite_line
    alert_id = told(line)
    page = line.settings.public / f"alert/{alert_id}.html"
    assert "noindex" not in page.read_text()
    over = line.later(60 * 49)
    expire_due(over.settings, now=over.at)
    publish_due(over.settings, now=over.at)
    assert "noindex" in page.read_text()
    day = line.settings.public / "api/v1/days/2026-03-02.json"
    assert alert_id in day.read_text()
    stray = day.with_name("2026-03-02 (copy).json")
    stray.write_bytes(day.read_bytes())
    gone = line.later(60 * 24 * 31)
    expire_due(gone.settings, now=gone.at)
    publish_due(gone.settings, now=gone.at)
    assert not page.exists()
    assert not day.exists()
    stray.unlink()  # A file that is nobody's day stops nothing, and is not ours to remove.
    assert [p for p, body in tree(line.settings.public).items() if alert_id.encode() in body] == []


def test_a_finished_month_is_counted_small_counts_hidden(sqlite_line: Line) -> None:
    line = sqlite_line
    told(line)
    later = line.later(60 * 24 * 30)
    publish_due(later.settings, now=later.at)
    partners = json.loads((line.settings.public / "partners.geojson").read_text())
    (partner,) = partners["features"]
    assert partner["properties"]["counted_month"] == "2026-03"
    assert partner["properties"]["alerts"] is None
    for page in ("index", "elm-bluff"):
        statistics = (line.settings.public / f"statistics/{page}.html").read_text()
        assert "March 2026" in statistics
        assert '<abbr title="hidden">' in statistics


def approved(line: Line, first: int, count: int) -> list[str]:
    """Tell of calls numbered from ``first``; return the alerts."""
    opened = f"{line.at - timedelta(hours=6, minutes=40):%F %T}"
    calls = [call(str(first + n), opened=opened) for n in range(count)]
    line.deliver(f"{first}.csv", calls)
    line.run()
    found = [
        approve(line.settings, each, editor="Per Lund", now=line.at) for each in line.pending()
    ]
    return [each.alert.alert_id for each in found if each.alert is not None]


def test_a_month_is_counted_once_and_stays_beside_the_next(sqlite_line: Line) -> None:
    march = sqlite_line.later(29 * DAY)
    told_in_march = approved(march, 100, 20)
    assert len(told_in_march) == 20
    april = march.later(1 * DAY)
    publish_due(april.settings, now=april.at)
    table = april.settings.public / "statistics/elm-bluff.csv"
    first = table.read_text()
    assert "2026-03,elm-bluff,North Side,Structure fire,20" in first
    # Counted again it would be 15, and the difference would tell of these.
    for each in told_in_march[:6]:
        retract(april.settings, each, editor="Ida Okwu", now=april.at, reason=RetractReason.WRONG)
    assert len(approved(april, 200, 12)) == 12
    may = march.later(32 * DAY)
    publish_due(may.settings, now=may.at)
    second = table.read_text()
    assert first.splitlines() == [each for each in second.splitlines() if "2026-04" not in each]
    assert "2026-04,elm-bluff,North Side,Structure fire,10" in second
    page = (may.settings.public / "statistics/elm-bluff.html").read_text()
    assert "March 2026" in page
    assert "April 2026" in page


def test_an_agencys_broken_file_keeps_its_pages_out_and_nobody_elses(tmp_path: Path) -> None:
    line = build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")
    alert_id = told(line)
    (line.folder / "agency.yml").write_text("id: [")
    later = line.later(60 * 24)
    publish_due(later.settings, now=later.at)
    page = (line.settings.public / f"alert/{alert_id}.html").read_text()
    assert "Elm Bluff Public Safety" in page


def test_receipts_are_verified_on_a_page_of_the_site(sqlite_line: Line) -> None:
    line = sqlite_line
    seal_log(line.settings, now=line.at)
    told(line)
    page = (line.settings.public / "verify/index.html").read_text()
    assert 'id="verdict"' in page
    assert (line.settings.public / "verify/verify.js").is_file()
    assert "Verificar un recibo" in (line.settings.public / "es/verify/index.html").read_text()


def test_zip_codes_of_the_operator_are_searched(sqlite_line: Line, tmp_path: Path) -> None:
    path = tmp_path / "zips.csv"
    path.write_text("zip,longitude,latitude\n54952,-88.4,44.2\n54901,-88.5,44.0\n")
    line = replace(sqlite_line, settings=replace(sqlite_line.settings, zips=path))
    told(line)
    found = json.loads((line.settings.public / "assets/zip/549.json").read_text())
    assert found == {"54901": [-88.5, 44.0], "54952": [-88.4, 44.2]}
