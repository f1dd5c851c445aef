"""Agreements gate the feed, are written into the log, and are published with their history."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
import yaml
from elm_bluff import Line, call, published

from pipeline.adapters.store import open_store
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import EntryKind
from pipeline.model import AgreementStopped, ConfigError
from pipeline.usecases.agreements import agency_named, public_statements
from pipeline.usecases.approve import approve
from pipeline.usecases.publish import publish_due
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.queue import notice_list
from pipeline.usecases.walk import walk_landed


def entries(line: Line, kind: EntryKind) -> Sequence[dict[str, Any]]:
    store = open_store(line.settings.database_url)
    try:
        with store.read() as tx:
            return [entry["body"] for _, entry in entries_of(tx, [kind])]
    finally:
        store.close()


STOPS = [
    ({"expires": "2026-03-01"}, "expired"),
    ({"signed": None}, "unsigned"),
    ({"signed": "2026-03-03"}, "signed-later"),
    ({"effective": "2026-03-03"}, "not-begun"),
    ({"ended": "2026-03-01"}, "ended"),
    (
        {"signed": None, "signatures": {"Elm Bluff Public Safety": "2026-01-05", "A desk": None}},
        "unsigned",
    ),
]


@pytest.mark.parametrize(
    ("change", "code"), STOPS, ids=[f"{c}-{n}" for n, (_, c) in enumerate(STOPS)]
)
def test_a_feed_outside_its_agreement_stops_within_one_poll_and_starts_again(
    sqlite_line: Line, change: dict[str, Any], code: str
) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    before = yaml.safe_load((line.folder / "agency.yml").read_text())["agreement"]
    line.change(agreement=change)
    line.deliver("b.csv", [call("2")])
    for minute in (1, 2, 3):
        report = pull_agencies(line.settings, run_id="r", now=line.later(minute).at)
        assert report.landed == ()
    walked = walk_landed(line.settings, now=line.at)
    assert "agreement" in walked.failures["elm-bluff"]
    with pytest.raises(AgreementStopped):
        approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    (stop,) = entries(line, EntryKind.FEED_STOPPED)
    assert (stop["reason"], stop["code"]) == ("agreement", code)
    assert stop["agreement"] == agency_named(line.settings, "elm-bluff").agreement.name
    (line.folder / "agency.yml").write_text(
        yaml.safe_dump(
            {
                **yaml.safe_load((line.folder / "agency.yml").read_text()),
                "agreement": before,
            }
        )
    )
    line.later(5).run()
    assert line.states() == {"pending": 2}


def test_a_field_outside_the_agreement_is_left_out_noticed_and_written_down(
    sqlite_line: Line,
) -> None:
    line = sqlite_line
    agreed = yaml.safe_load((line.folder / "agency.yml").read_text())["agreement"]["fields"]
    line.change(
        agreement={"fields": [each for each in agreed if each not in ("people", "address")]}
    )
    line.deliver("a.csv", [call("1"), call("2")])
    line.run()
    counted = notice_list(line.settings, now=line.at)
    found = {(field, count) for _, code, field, count in counted if code == "outside-agreement"}
    assert found == {("people", 2), ("address", 2)}
    (entry,) = entries(line, EntryKind.AGREEMENT_SCOPE)
    assert (entry["fields"], entry["categories"]) == ({"address": 2, "people": 2}, {})
    line.deliver("b.csv", [call("1"), call("2")])
    line.later(2).run()
    assert len(entries(line, EntryKind.AGREEMENT_SCOPE)) == 1  # nothing new came


def test_a_category_outside_the_agreement_is_withheld_and_written_down(sqlite_line: Line) -> None:
    line = sqlite_line
    line.change(agreement={"categories": ["structure-fire"]})
    line.deliver("a.csv", [call("1"), call("2", "LARCENY"), call("3", "LARCENY")])
    line.run()
    assert line.states() == {"pending": 1, "withheld": 2}
    (entry,) = entries(line, EntryKind.AGREEMENT_SCOPE)
    assert (entry["fields"], entry["categories"]) == ({}, {"theft": 2})


def renewed(line: Line, **values: Any) -> None:
    agreed = yaml.safe_load((line.folder / "agency.yml").read_text())["agreement"]
    (line.folder / "agreements").mkdir(exist_ok=True)
    (line.folder / "agreement-1.md").write_text("The first text.\n")
    first = {**agreed, "text": "agreement-1.md", "consideration": "two radios"}
    (line.folder / "agreements" / "1.yml").write_text(yaml.safe_dump(first))
    second = {"version": 2, "supersedes": 1, "earlier": ["agreements/1.yml"], **values}
    line.change(agreement=second)


def test_a_renewed_agreement_is_an_entry_and_voids_approvals_to_come(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    renewed(line, consideration="none")
    for _ in range(2):
        walk_landed(line.settings, now=line.at)
    first, second = entries(line, EntryKind.AGREEMENT_CHANGE)
    assert first["from"] == ""
    assert first["to"] == second["from"]
    assert first["to"].startswith("1:")
    assert second["to"].startswith("2:")
    assert first["rule"] == "agreement-change:elm-bluff"


def test_an_agreement_edited_under_its_old_number_shows_in_the_log(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    (line.folder / "agreement.md").write_text("The agency sends calls, and keeps silent.\n")
    walk_landed(line.settings, now=line.at)
    names = [entry["to"] for entry in entries(line, EntryKind.AGREEMENT_CHANGE)]
    assert len(set(names)) == 2
    assert all(name.startswith("1:") for name in names)


def test_agreements_and_policy_are_published_with_their_history(sqlite_line: Line) -> None:
    line = sqlite_line
    renewed(line, consideration="a <b>free</b> radio")
    line.deliver("a.csv", [call("1")])
    line.run()
    published(line)
    public = line.settings.public
    index = (public / "agreements/index.html").read_text()
    assert "a &lt;b&gt;free&lt;/b&gt; radio" in index
    assert 'href="elm-bluff/1.html"' in index
    assert "two radios" in (public / "agreements/elm-bluff/1.txt").read_text()
    assert "The first text." in (public / "agreements/elm-bluff/1.html").read_text()
    assert "not in force any more" in (public / "agreements/elm-bluff/1.html").read_text()
    terms = json.loads((public / "agreements/elm-bluff/2.json").read_text())
    assert (terms["supersedes"], terms["consideration"]) == (1, "a <b>free</b> radio")
    policy = (public / "policy/index.html").read_text()
    assert "looser" in policy
    assert "2026-12.html" in policy
    assert (public / "policy/2026-12.json").is_file()
    pages = [path.read_bytes() for path in (public / "agreements").rglob("*.html")]
    assert len(pages) == 3
    assert not [page for page in pages if b"<script" in page]


def test_a_changed_agreement_is_published_although_no_alert_is_due(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    published(line)
    assert publish_due(line.settings, now=line.later(1).at).files_written == 0
    line.change(agreement={"consideration": "a plaque"}, jurisdiction=["hipaa-2026-12"])
    assert publish_due(line.settings, now=line.later(2).at).files_written > 0
    page = line.settings.public / "agreements/elm-bluff/1.txt"
    assert "Given in return: a plaque" in page.read_text()
    policy = (line.settings.public / "policy/index.html").read_text()
    assert "Elm Bluff Public Safety: " in policy
    assert "+hipaa-2026-12" in policy


def test_an_agency_that_cannot_be_read_keeps_its_pages(sqlite_line: Line) -> None:
    line = sqlite_line
    assert {f.path for f in public_statements(line.settings)} >= {"agreements/elm-bluff/1.html"}
    line.change(dialect="nonsense")
    assert not [f for f in public_statements(line.settings) if "elm-bluff" in f.path]


WRONG = [
    ({"version": 2, "supersedes": 1}, "no agreement 1 among `earlier`"),
    ({"version": 1, "supersedes": 1}, "supersedes a later one"),
    ({"signatures": {"Somebody": "2026-01-01"}}, "not those of the parties"),
    ({"ended": "2031-01-01"}, "ended outside its term"),
    ({"earlier": ["agreement.md"]}, "no .yml file"),
]


@pytest.mark.parametrize(("change", "problem"), WRONG)
def test_versions_that_do_not_fit_are_told(
    sqlite_line: Line, change: dict[str, Any], problem: str
) -> None:
    sqlite_line.change(agreement=change)
    with pytest.raises(ConfigError) as caught:
        agency_named(sqlite_line.settings, "elm-bluff")
    assert problem in str(caught.value)
    assert caught.value.line


def test_an_earlier_agreement_is_no_later_one_and_names_none_itself(sqlite_line: Line) -> None:
    line = sqlite_line
    renewed(line)
    path = line.folder / "agreements" / "1.yml"
    first = yaml.safe_load(path.read_text())
    for wrong, problem in (
        ({"version": 2}, "number of another"),
        ({"earlier": ["x.yml"]}, "only the newest"),
    ):
        path.write_text(yaml.safe_dump({**first, **wrong}))
        with pytest.raises(ConfigError, match=problem):
            agency_named(line.settings, "elm-bluff")
