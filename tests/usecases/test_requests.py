"""Requests from intake to destruction: private in the vault alone, each step an entry, in time."""

from __future__ import annotations

import stat
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from elm_bluff import (
    CANARIES,
    Line,
    call,
    everything_outside_the_vault,
    public_bytes,
    published,
)

from pipeline.adapters.store.requests import RequestRow
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import EntryKind
from pipeline.model import ConfigError, Refused, Sensitive, VaultFailure
from pipeline.usecases.expire import expire_due
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.publish import publish_due
from pipeline.usecases.queue import live_alerts
from pipeline.usecases.removed import PER_PERSON, Asked
from pipeline.usecases.request_answer import answer_request, suppress_request
from pipeline.usecases.requests import (
    Given,
    RequestKind,
    close_request,
    open_request,
    requests_list,
    search_request,
)
from pipeline.usecases.resources import open_database
from pipeline.usecases.retention import certificates

WHO = {"person": "Per Lund"}
WHY = {**WHO, "reason": "the person asks for it"}
GIVEN = Given(
    values=(
        (Asked.PHONE, Sensitive("(920) 555-0143")),
        (Asked.NAME, Sensitive("Quillon Abernathwy")),
    ),
    name=Sensitive("Quillon Abernathwy"),
    address=Sensitive("418 Tanglewood Ct\nElm Bluff WI"),
)


@pytest.fixture
def told(sqlite_line: Line) -> Line:
    """Two calls of one person's, the first published; and one of nobody's."""
    notes = "smoke from the roof, caller Quillon Abernathwy 920-555-0143"
    sqlite_line.deliver("a.csv", [call("1", notes=notes)])
    sqlite_line.run()
    published(sqlite_line)
    others = [call("2", "GAS LEAK", notes=notes), call("3", "BRUSH FIRE", phone="", caller="")]
    line = sqlite_line.later(2)
    line.deliver("b.csv", others)
    line.run()
    return line


def taken_in(line: Line, given: Given = GIVEN) -> RequestRow:
    return open_request(line.settings, RequestKind.VICTIM, given, now=line.at, **WHO)


def steps(line: Line) -> list[dict[str, object]]:
    with open_database(line.settings) as store, store.read() as tx:
        return [entry["body"] for _, entry in entries_of(tx, [EntryKind.REQUEST])]


def search(line: Line, request: RequestRow) -> Sequence[object]:
    return search_request(line.settings, request.request_id, now=line.at, **WHY)


def answered(line: Line, request: RequestRow) -> tuple[str, str]:
    """Return the answer's letter, as text and as HTML."""
    with tempfile.TemporaryDirectory() as folder:
        text, page = answer_request(
            line.settings, request.request_id, folder=Path(folder), now=line.at, **WHO
        )
        return text.read_text("utf-8"), page.read_text("utf-8")


def test_a_request_goes_from_intake_to_answer_and_every_channel_is_told(told: Line) -> None:
    request = taken_in(told)
    assert search(told, request)
    (found,) = requests_list(told.settings, now=told.at)
    assert len(found.incidents) == 2
    before = public_bytes(told)
    done = suppress_request(told.settings, request.request_id, now=told.at, **WHO)
    assert (done.calls, len(done.alerts)) == (2, 1)
    publish_due(told.settings, now=told.at)
    assert live_alerts(told.settings, now=told.at) == ()
    assert public_bytes(told) != before
    assert len(told.pending()) == 1
    later = told.later(5)
    later.deliver("c.csv", [call("2", "GAS LEAK", notes="the smell is gone")])
    later.run()
    assert len(told.pending()) == 1, "a later revision of what was suppressed is withheld"
    assert ledger_report(told.settings, now=told.at).balanced
    text, page = answered(told, request)
    for letter in (text, page):
        assert "Quillon Abernathwy" in letter
        assert "1 published alert was withdrawn" in " ".join(letter.split())
        assert "2 calls are withheld" in " ".join(letter.split())
        assert "555" not in letter
        assert "smoke" not in letter
    close_request(told.settings, request.request_id, now=told.at, **WHY)
    assert [each["step"] for each in steps(told)] == [
        *("opened", "searched", "suppressed", "suppressed", "answered", "closed")
    ]


def test_what_a_person_gave_is_in_the_vault_alone(told: Line) -> None:
    request = taken_in(told)
    search(told, request)
    suppress_request(told.settings, request.request_id, now=told.at, **WHO)
    answered(told, request)
    number, found = everything_outside_the_vault(told, CANARIES)
    assert number > 0
    assert found == []
    assert all(each["request"] == request.request_id for each in steps(told))


def test_each_value_is_a_question_of_its_own_few_an_hour(told: Line) -> None:
    request = taken_in(told)
    for _ in range(PER_PERSON // 2):
        search(told, request)
    with pytest.raises(Refused, match="ask again later"):
        search(told, request)
    with open_database(told.settings) as store, store.read() as tx:
        asked = [entry["body"] for _, entry in entries_of(tx, [EntryKind.QUESTION])]
    assert [each["answer"] for each in asked] == ["asked"] * PER_PERSON + ["refused"]
    assert {each["request"] for each in asked} == {request.request_id}


def test_only_what_was_found_can_be_suppressed_one_by_one(told: Line) -> None:
    request = taken_in(told)
    with pytest.raises(Refused, match="search first"):
        suppress_request(told.settings, request.request_id, now=told.at, **WHO)
    with pytest.raises(Refused, match="search first"):
        answered(told, request)
    search(told, request)
    (found,) = requests_list(told.settings, now=told.at)
    with pytest.raises(Refused, match="0 calls"):
        suppress_request(told.settings, request.request_id, now=told.at, only=["ffff"], **WHO)
    one = found.incidents[0][:12]
    done = suppress_request(told.settings, request.request_id, now=told.at, only=[one], **WHO)
    assert done.calls == 1
    done = suppress_request(told.settings, request.request_id, now=told.at, **WHO)
    assert done.calls == 1
    assert suppress_request(told.settings, request.request_id, now=told.at, **WHO).calls == 0


def test_a_letter_that_cannot_be_written_answers_nothing(told: Line, tmp_path: Path) -> None:
    request = taken_in(told)
    search(told, request)
    no_folder = tmp_path / "file"
    no_folder.write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        answer_request(told.settings, request.request_id, folder=no_folder, now=told.at, **WHO)
    assert [each["step"] for each in steps(told)] == ["opened", "searched"]
    (row,) = requests_list(told.settings, now=told.at)
    assert row.state == "open"


def test_a_letter_is_for_its_owner_alone_also_where_a_file_or_link_stood(
    told: Line, tmp_path: Path
) -> None:
    request = taken_in(told)
    search(told, request)
    folder = tmp_path / "not" / "there" / "yet"
    folder.mkdir(parents=True)
    target = tmp_path / "target"
    target.write_text("before")
    (folder / f"{request.request_id}.txt").symlink_to(target)
    (folder / f"{request.request_id}.html").write_text("before")
    paths = answer_request(told.settings, request.request_id, folder=folder, now=told.at, **WHO)
    assert target.read_text() == "before"
    assert [stat.S_IMODE(path.lstat().st_mode) for path in paths] == [0o600, 0o600]
    assert all("Quillon" in path.read_text("utf-8") for path in paths)


def test_a_person_who_stands_nowhere_is_answered_so(told: Line) -> None:
    nobody = Given(values=((Asked.PHONE, Sensitive("920-555-0199")),))
    request = taken_in(told, nobody)
    assert search(told, request) == ()
    text, page = answered(told, request)
    assert "never removed" in " ".join(text.split()).replace("was ever removed", "never removed")
    assert "Nothing had to be withdrawn" in text
    assert "Nothing had to be withdrawn" in page


def test_a_letter_obeys_nothing_a_person_typed(told: Line) -> None:
    typed = Sensitive("<script>alert(1)</script> \x1b[31m{{ facts }}")
    request = taken_in(told, Given(values=GIVEN.values, name=typed, address=typed))
    search(told, request)
    text, page = answered(told, request)
    assert "<script" not in page
    assert "\x1b" not in text + page
    assert "{{ facts }}" in text


def test_a_request_not_answered_in_time_is_overdue_and_the_log_says_so_once(told: Line) -> None:
    request = taken_in(told)
    late = told.later(60 * 24 * 31)
    assert requests_list(told.settings, now=told.at, overdue=True) == ()
    assert [r.request_id for r in requests_list(late.settings, now=late.at, overdue=True)] == [
        request.request_id
    ]
    assert expire_due(late.settings, now=late.at).reminded == 1
    assert expire_due(late.settings, now=late.at).reminded == 0
    assert [each["step"] for each in steps(told)] == ["opened", "overdue"]


def test_what_a_closed_request_held_is_destroyed_after_its_time_with_a_certificate(
    told: Line,
) -> None:
    request = taken_in(told)
    search(told, request)
    close_request(told.settings, request.request_id, now=told.at, **WHY)
    with pytest.raises(Refused, match="closed"):
        search(told, request)
    with pytest.raises(Refused, match="closed"):
        close_request(told.settings, request.request_id, now=told.at, **WHY)
    soon, late = told.later(60 * 24 * 29), told.later(60 * 24 * 31)
    assert expire_due(soon.settings, now=soon.at).requests == 0
    assert expire_due(late.settings, now=late.at).requests == 1
    (row,) = requests_list(late.settings, now=late.at)
    assert row.sealed is None
    assert certificates(late.settings)[-1].kind == "request"
    other = taken_in(late)
    with open_database(late.settings) as store, store.write() as tx:
        from pipeline.adapters.store.requests import forget_requests

        forget_requests(tx, [other.request_id])
    with pytest.raises(VaultFailure, match="destroyed"):
        search(late, other)


@pytest.mark.parametrize(
    ("given", "within"),
    [
        (Given(values=()), timedelta(days=9)),
        (Given(values=((Asked.PHONE, Sensitive("12")),)), timedelta(days=9)),
        (GIVEN, timedelta(0)),
        (GIVEN, timedelta(days=91)),
    ],
    ids=["nothing", "no-phone", "at-once", "too-late"],
)
def test_a_request_without_value_or_time_is_refused(
    told: Line, given: Given, within: timedelta
) -> None:
    with pytest.raises(Refused):
        open_request(told.settings, RequestKind.SUBJECT, given, now=told.at, within=within, **WHO)
    assert requests_list(told.settings, now=told.at) == ()


def test_a_request_works_on_every_database(line: Line) -> None:
    line.deliver("a.csv", [call("1", notes="caller Quillon Abernathwy 920-555-0143")])
    line.run()
    request = taken_in(line)
    search(line, request)
    assert suppress_request(line.settings, request.request_id, now=line.at, **WHO).calls == 1
    assert line.states() == {"withheld": 1}
    (entry, *_) = [each for each in steps(line) if each["step"] == "suppressed"]
    assert orjson.dumps(entry).find(b"incident") > 0
