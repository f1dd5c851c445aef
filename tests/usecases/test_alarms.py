"""Alarms: rhythms learnt and judged, one mail for all, silence when nothing is new."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from elm_bluff import CANARIES, Line, build_line, call

from pipeline.adapters.mail_sender import Mail, built
from pipeline.adapters.store.figures import landings_by_hour
from pipeline.model import LedgerState
from pipeline.model.figures import AgencyFigures, Figures
from pipeline.model.rhythm import FeedRhythm, Freshness, freshness, learn_rhythm
from pipeline.model.switch import Scope
from pipeline.usecases.alarms import Alarm, Level, alarms, watch
from pipeline.usecases.figures import figures
from pipeline.usecases.pressure import LONGEST, MOST_WAITING, full, stretched
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.quarantine import discard
from pipeline.usecases.queue import quarantine_list
from pipeline.usecases.resources import open_database
from pipeline.usecases.seal import seal_log
from pipeline.usecases.switches import switch_off
from pipeline.usecases.walk import walk_landed

ROOT = Path(__file__).resolve().parents[2]
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def past(weeks: int, by_day: int = 60, by_night: int = 0) -> Mapping[datetime, int]:
    """Return landings of a town that is awake from 8 to 20."""
    hours = (MONDAY - timedelta(weeks=weeks) + n * HOUR for n in range(weeks * 168))
    return {at: by_day if 8 <= at.hour < 20 else by_night for at in hours}


def town(weeks: int = 4) -> FeedRhythm:
    return learn_rhythm(past(weeks), since=MONDAY - timedelta(weeks=weeks), until=MONDAY)


def judged(rhythm: FeedRhythm, last: datetime, silence: timedelta, limit_hours: float = 12) -> str:
    return freshness(
        rhythm,
        last=last,
        now=last + silence,
        limit=timedelta(hours=limit_hours),
        every=MINUTE,
    ).value


@pytest.mark.parametrize(
    ("hour", "minutes", "expected"),
    [
        (12, 10, "fresh"),  # never within a quarter of an hour
        (12, 20, "silent"),  # twenty were to come at noon
        (2, 20, "fresh"),
        (1, 300, "silent"),  # leans on the mean, so a night is not endless
        (20, 20, "fresh"),
    ],
)
def test_a_silence_is_judged_by_the_hour_of_the_week(
    hour: int, minutes: int, expected: str
) -> None:
    assert judged(town(), MONDAY + timedelta(days=1, hours=hour), minutes * MINUTE) == expected


def test_a_slow_feed_is_late_before_it_is_silent() -> None:
    rhythm = learn_rhythm(
        dict.fromkeys(past(4), 2), since=MONDAY - timedelta(weeks=4), until=MONDAY
    )
    found = [judged(rhythm, MONDAY, hours * HOUR) for hours in (1, 3, 4, 6, 7)]
    assert found == ["fresh", "fresh", "late", "late", "silent"]


def test_without_a_week_of_past_only_the_files_limit_counts() -> None:
    rhythm = learn_rhythm(past(1), since=MONDAY - timedelta(days=3), until=MONDAY)
    assert [judged(rhythm, MONDAY, hours * HOUR) for hours in (5, 6, 12)] == [
        "fresh",
        "late",
        "silent",
    ]


def test_the_files_limit_counts_whatever_was_learnt() -> None:
    quiet = learn_rhythm({}, since=MONDAY - timedelta(weeks=4), until=MONDAY)
    assert judged(quiet, MONDAY, 11 * HOUR) == "fresh"
    assert judged(quiet, MONDAY, 12 * HOUR) == "silent"


def test_one_odd_week_decides_nothing() -> None:
    landings = dict(past(4))
    for number in range(168):
        landings[MONDAY - timedelta(weeks=1) + number * HOUR] = 0
    rhythm = learn_rhythm(landings, since=MONDAY - timedelta(weeks=4), until=MONDAY)
    assert judged(rhythm, MONDAY + 12 * HOUR, 20 * MINUTE) in ("late", "silent")


def test_an_expectation_grows_with_the_span_and_is_bounded() -> None:
    rhythm = town()
    noon = MONDAY + 12 * HOUR
    assert rhythm.expected(noon, noon + HOUR) == pytest.approx(
        2 * rhythm.expected(noon, noon + HOUR / 2)
    )
    assert rhythm.expected(MONDAY - timedelta(weeks=900), MONDAY) == pytest.approx(
        rhythm.expected(MONDAY - timedelta(weeks=4), MONDAY)
    )


def agency(name: str, **values: object) -> AgencyFigures:
    return replace(AgencyFigures(agency_id=name), **values)  # type: ignore[arg-type]


OLD = MONDAY - timedelta(days=2)
EVERYTHING = Figures(
    at=MONDAY,
    oldest_retention_due=OLD,
    agencies=(
        agency("f", broken=True),
        agency("g", broken=True, off=True),
        agency("h", looks=6, failures=5),
        agency("i", looks=6, failures=5, last_landed=OLD),
        agency("a", difference=1, oldest_waiting=OLD, paused=True),
        agency("b", last_look=OLD, every=MINUTE),
        agency("c", stopped=True, oldest_waiting=OLD, last_look=OLD, every=MINUTE),
        agency("d", off=True, oldest_waiting=OLD),
        agency("e", records={LedgerState.HELD: 99, LedgerState.PENDING: 1}),
    ),
    oldest_pending=OLD,
    withdrawals_due=1,
    oldest_withdrawal=OLD,
    oldest_unsealed=OLD,
    retention_due={"payload": 1},
    switches={"feed": 1},
    backup_due=OLD,
)


def test_alarms_name_agencies_that_are_on_and_errors_come_first(tmp_path: Path) -> None:
    from pipeline.usecases.alarms import _files

    line = build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")
    (files,) = _files(line.settings).values()
    late = {"b": Freshness.SILENT, "e": Freshness.LATE, "d": Freshness.SILENT}
    found = {each.code: each for each in alarms(EVERYTHING, late, {"e": files})}
    assert found["out-of-balance"].agencies == ("a",)
    assert found["walk-behind"].agencies == ("a",)
    assert found["feeds-not-looked-at"].agencies == ("b",)
    assert found["feed-silent"] == Alarm(code="feed-silent", level=Level.ERROR, agencies=("b",))
    assert found["held-share"].agencies == ("e",)
    assert found["agency-broken"].agencies == ("f",)
    assert found["feeds-failing"].agencies == ("h",)  # of others a silence tells
    assert {"withdrawal-late", "log-unsealed", "desk-behind", "retention-late"} <= set(found)
    assert found["backup-late"].level is Level.ERROR
    levels = [each.level for each in alarms(EVERYTHING, late, {})]
    assert levels == sorted(levels, key=lambda level: level is not Level.ERROR)


def test_days_with_fewer_or_more_calls_than_normal_are_told(line: Line) -> None:
    line.change(bounds={"calls_per_day": [3, 4]})

    def codes(at: Line) -> set[str]:
        return {a.code for a in watch(at.settings, now=at.at, send=lambda _: "sent").alarms}

    line.run()
    assert not {"few-calls", "many-calls"} & codes(line.later(60))  # not fed for a day yet
    assert "few-calls" in codes(line.later(60 * 25))
    next_day = line.later(60 * 25)
    next_day.deliver("b.csv", [call(str(n), revised="2026-03-02 11:30:00") for n in range(1, 4)])
    next_day.run()
    assert not {"few-calls", "many-calls"} & codes(next_day.later(1))
    next_day.later(9).deliver("c.csv", [call(str(n), notes="out") for n in range(3, 7)])
    next_day.later(10).run()
    assert "many-calls" in codes(next_day.later(11))


@pytest.mark.parametrize(("minutes", "late"), [(59, False), (119, False), (121, True)])
def test_what_the_next_upkeep_destroys_is_not_late(minutes: float, late: bool) -> None:
    """On a busy line something is due at any time: an alarm for that would never end."""
    due = Figures(
        at=MONDAY,
        retention_due={"payload": 9},
        oldest_retention_due=MONDAY - timedelta(minutes=minutes),
    )
    assert ("retention-late" in {each.code for each in alarms(due, {}, {})}) is late


@pytest.mark.parametrize(("number", "told"), [(5, False), (6, True)])
def test_many_payloads_that_cannot_be_read_are_told_with_what_lies_there(
    number: int, told: bool
) -> None:
    now = Figures(
        at=MONDAY,
        agencies=(
            agency("a", newly_quarantined=number - 1, quarantine=number + 2, oldest_quarantine=OLD),
            agency("b", newly_quarantined=1, quarantine=1, oldest_quarantine=MONDAY),
            agency("c", quarantine=1, oldest_quarantine=MONDAY),
        ),
    )
    found = {each.code: each for each in alarms(now, {}, {})}
    assert ("quarantine" in found) is told
    if told:
        assert str(found["quarantine"]) == (
            "warning: quarantine: 2 of the agencies (a, b): 6 in half an hour; "
            "10 lie there, the oldest for 48 h"
        )


def test_quarantine_ends_by_itself_and_what_was_put_aside_lies_there_no_more(line: Line) -> None:
    walk_landed(line.settings, now=line.at)
    for number in range(7):
        line.deliver_bytes(f"odd{number}.csv", b"<html>%d Quillon</html>" % number)
    later = line.later(2)
    later.run()
    seal_log(later.settings, now=later.at)

    def told(minutes: float) -> str:
        at = later.later(minutes)
        report = watch(at.settings, now=at.at, send=lambda _: "sent")
        return "".join(each.detail for each in report.alarms if each.code == "quarantine")

    assert told(1) == "7 in half an hour; 7 lie there, the oldest for 0 h"
    ((payload, _, _), *_) = quarantine_list(later.settings, now=later.at)
    discard(
        *(later.settings, payload.payload_id),
        record=None,
        person="Ida Okwu",
        reason="a page of their portal",
        now=later.at,
    )
    assert told(1) == "7 in half an hour; 6 lie there, the oldest for 0 h"
    assert told(31) == ""
    row = figures(later.settings, now=later.later(31).at)
    assert (row.quarantine, row.oldest_quarantine) == (6, later.at)


def test_messages_given_up_are_told_by_channel() -> None:
    now = Figures(at=MONDAY, given_up={"webhook": 2, "mail": 20})
    (alarm,) = alarms(now, {}, {})
    assert str(alarm) == "warning: deliveries-given-up: 20 mail, 2 webhook within an hour"
    assert alarms(Figures(at=MONDAY), {}, {}) == ()


def test_a_switch_of_one_feed_hides_nothing_of_others() -> None:
    late = Figures(at=MONDAY, switches={"feed": 1}, agencies=(agency("a", paused=True),))
    late = replace(late, oldest_file_due=OLD)
    assert "publication-late" in {each.code for each in alarms(late, {}, {})}


def test_a_file_that_cannot_be_read_is_told(line: Line) -> None:
    path = line.folder / "agency.yml"
    whole = path.read_text()
    path.write_text(whole + "\noops: [\n")
    found = {a.code: a for a in watch(line.settings, now=line.at, send=lambda _: "sent").alarms}
    assert found["agency-broken"].agencies == ("elm-bluff",)
    path.write_text(whole)
    assert watch(line.settings, now=line.at, send=lambda _: "sent").alarms == ()


def test_every_alarms_code_is_a_part_of_the_runbook() -> None:
    heads = re.findall(r"^## (.+)$", (ROOT / "docs/runbooks/alarms.md").read_text(), re.MULTILINE)
    anchors = {head.lower().replace(" ", "-") for head in heads}
    source = (ROOT / "pipeline/usecases/alarms.py").read_text()
    codes = set(re.findall(r'(?:\((?="[a-z]+-)|code=)"([a-z]+(?:-[a-z]+)*)"', source))
    assert len(codes) > 10
    assert codes - anchors == set()


def test_nothing_is_wrong_where_nothing_is() -> None:
    assert alarms(Figures(at=MONDAY), {}, {}) == ()


@pytest.fixture
def line(tmp_path: Path) -> Line:
    built_line = build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")
    built_line.deliver("a.csv", [call("1")])
    pull_agencies(built_line.settings, run_id="r", now=built_line.at)
    settings = replace(built_line.settings, alarms_to="ops@elm-bluff.example")
    return replace(built_line, settings=settings)


def test_landings_are_counted_by_the_hour(line: Line) -> None:
    with open_database(line.settings) as store, store.read() as tx:
        (found,) = landings_by_hour(tx, since=line.at - HOUR).values()
        assert landings_by_hour(tx, since=line.at + HOUR) == {}
    assert found.by_hour == {line.at.replace(minute=0): 1}
    assert found.first == found.last == line.at


def test_one_mail_tells_of_all_and_is_not_sent_again_until_something_is_new(line: Line) -> None:
    mails: list[Mail] = []

    def send(mail: Mail) -> str:
        mails.append(mail)
        return "sent"

    def look(minutes: float) -> tuple[str, ...]:
        later = line.later(minutes)
        return tuple(a.code for a in watch(later.settings, now=later.at, send=send).alarms)

    assert look(1) == ()
    assert mails == []
    assert set(look(20)) == {"walk-behind", "feeds-not-looked-at", "log-unsealed"}
    assert len(mails) == 1
    look(25)
    assert len(mails) == 1
    look(81)
    assert len(mails) == 2
    assert "feed-silent" in look(13 * 60)
    assert len(mails) == 3
    text = built(mails[-1]).as_string()
    assert "elm-bluff" in text
    assert [c for c in CANARIES if c.lower() in text.lower()] == []


def test_a_mail_that_was_not_sent_is_tried_again(line: Line) -> None:
    later = line.later(20)
    assert watch(later.settings, now=later.at, send=lambda _: "timeout").told == "timeout"
    assert watch(later.settings, now=later.at, send=lambda _: "sent").told == "sent"
    assert watch(later.settings, now=later.at, send=lambda _: "sent").told == ""
    assert watch(replace(later.settings, home=later.settings.home / "n"), now=later.at).told


def test_all_is_well_is_told_once(line: Line) -> None:
    mails: list[Mail] = []

    def send(mail: Mail) -> str:
        mails.append(mail)
        return "sent"

    later = line.later(20)
    watch(later.settings, now=later.at, send=send)
    for _ in range(2):
        watch(line.settings, now=line.at, send=send)
    assert [m.subject for m in mails][-1] == "Blotter: all is well again"
    assert len(mails) == 2


def test_what_a_person_switched_off_is_no_lag(line: Line) -> None:
    switch_off(
        line.settings,
        Scope.AGENCY,
        "elm-bluff",
        person="Enno Vries",
        reason="their vendor changes the export",
        now=line.at,
    )
    later = line.later(20)
    found = watch(later.settings, now=later.at, send=lambda _: "sent").alarms
    assert {alarm.code for alarm in found} == {"switched-off", "log-unsealed"}


def test_feeds_are_looked_at_less_often_when_the_walk_is_behind() -> None:
    assert stretched(MINUTE, 0) == MINUTE
    assert stretched(MINUTE, MOST_WAITING // 4) == 2 * MINUTE
    assert stretched(MINUTE, MOST_WAITING) == 4 * MINUTE
    assert stretched(5 * MINUTE, MOST_WAITING) == LONGEST
    assert stretched(HOUR, MOST_WAITING) == HOUR
    assert not full(MOST_WAITING - 1)
    assert full(MOST_WAITING)


def test_a_look_waits_while_too_much_waits(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.usecases.pull.payloads_waiting", lambda _: MOST_WAITING)
    after = [
        pull_agencies(line.settings, run_id="r", now=line.later(minutes).at).not_due
        for minutes in (1, 3, 4)
    ]
    assert after == [1, 1, 0]
