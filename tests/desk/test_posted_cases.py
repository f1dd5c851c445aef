"""A post and the feed's call of the same case are one case: what closes one closes the other."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from desk_served import Served
from elm_bluff import call, public_bytes

from pipeline.adapters.store.audit_log import read_log
from pipeline.agencies import APPEAL, POSTED, case_refs, load_agency, read_as, schemas_folder
from pipeline.model import RetractReason, Sensitive
from pipeline.usecases.approve import approve
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.post import Draft, post
from pipeline.usecases.publish import publish_due
from pipeline.usecases.removed import Asked
from pipeline.usecases.request_answer import suppress_request
from pipeline.usecases.requests import Given, RequestKind, open_request, search_request
from pipeline.usecases.retract import retract
from pipeline.usecases.walk import walk_landed

CASE = "EB-26-0031"
TOLD = b"Reported: Structure fire in South Side"


def posted(served: Served, **values: str) -> None:
    """Post a call of the case to another area than the feed's, and do not walk it yet."""
    plain = {
        "case": CASE,
        "call_type": "STRUCTURE FIRE",
        "area": "south-side",
        "began": "2026-03-02T11:20",
        "ended": "",
        "text": "smoke from the roof",
    }
    draft = Draft(asks=False, **(plain | values))
    post(served.line.settings, "elm-bluff", draft, by="Juno Park", now=served.clock())


def walk(served: Served) -> None:
    walk_landed(served.line.settings, now=served.clock())


def fed(served: Served, name: str, **values: str) -> None:
    """Let the feed send its call of the case, under a number as the feed writes it."""
    kind = values.pop("kind", "STRUCTURE FIRE")
    cfs = values.pop("cfs", "eb 26 0031")
    served.clock.move(minutes=2)  # the feed is not looked at twice within a minute
    line = replace(served.line, at=served.clock())
    line.deliver(name, [call(cfs, kind, **values)])
    line.run()


def published_post(served: Served) -> str:
    """Publish a post, and return its alert's id."""
    posted(served)
    walk(served)
    (candidate,) = served.line.pending()
    settings, now = served.line.settings, served.clock()
    decided = approve(settings, candidate, editor="Ida Okwu", now=now)
    assert decided.alert is not None
    publish_due(settings, now=now)
    assert TOLD in public_bytes(served.line)
    return decided.alert.alert_id


def bodies(served: Served, kind: str) -> list[dict[str, str]]:
    with served.store.read() as tx:
        entries = [json.loads(line) for _, line in read_log(tx)]
    return [entry["body"] for entry in entries if entry["kind"] == kind]


def gone(served: Served, alert_id: str) -> bool:
    """Publish, and say whether the alert is withdrawn and its words are nowhere."""
    publish_due(served.line.settings, now=served.clock())
    withdrawn = [b["alert"] for b in bodies(served, "retraction")]
    return alert_id in withdrawn and TOLD not in public_bytes(served.line)


@pytest.mark.parametrize(
    "later",
    [
        {"kind": "DOMESTIC"},
        {"notes": "he says he is going to kill himself"},
        {"mark": "yes"},
        {"kind": "NEVER SEEN BEFORE"},
    ],
)
def test_what_the_feed_shows_later_withdraws_the_post(
    served_everywhere: Served, later: dict[str, str]
) -> None:
    served = served_everywhere
    alert_id = published_post(served)
    fed(served, "a.csv", **later)
    assert gone(served, alert_id)
    (body,) = bodies(served, "retraction")
    assert (body["by"], body["reason"]) == ("rules", "same-case")
    assert ledger_report(served.line.settings, now=served.clock()).balanced
    posted(served, text="smoke is gone", case="EB-26-0032")
    walk(served)
    assert len(served.line.pending()) == 1  # another case is told as before


def test_a_call_that_turns_sensitive_in_a_later_revision_withholds_a_post_that_waits(
    served_everywhere: Served,
) -> None:
    served = served_everywhere
    fed(served, "a.csv", revised="2026-03-02 11:30:00")
    posted(served)
    walk(served)
    assert len(served.line.pending()) == 2
    fed(served, "b.csv", revised="2026-03-02 11:40:00", kind="DOMESTIC")
    assert served.line.pending() == []
    assert served.line.states() == {"withheld": 2, "superseded": 1}
    lapsed = [b for b in bodies(served, "decision") if b["verb"] == "lapse"]
    assert [(b["by"], b["reason"]) for b in lapsed] == [("rules", "sensitive-before")]
    with pytest.raises(Exception, match="never told"):
        posted(served)


def test_a_post_that_landed_before_the_feed_turned_and_is_walked_after_is_withheld(
    served_everywhere: Served,
) -> None:
    served = served_everywhere
    posted(served)
    served.line.deliver("a.csv", [call(CASE, "DOMESTIC")])
    served.line.run()
    assert served.line.pending() == []
    assert served.line.states() == {"withheld": 2}
    kinds = [b.get("state") or b["verb"] for b in (*bodies(served, "outcome"),)]
    assert sorted(kinds) == ["pending", "withheld"]


def test_an_editor_who_retracts_the_feeds_alert_takes_the_post_with_it(
    served_everywhere: Served,
) -> None:
    served = served_everywhere
    fed(served, "a.csv")
    settings, now = served.line.settings, served.clock()
    (candidate,) = served.line.pending()
    feeds = approve(settings, candidate, editor="Ida Okwu", now=now).alert
    assert feeds is not None
    alert_id = published_post(served)
    retract(settings, feeds.alert_id, editor="Bo Thorsgaard", now=now, reason=RetractReason.WRONG)
    assert gone(served, alert_id)
    said = {b["alert"]: (b["by"], b["reason"]) for b in bodies(served, "retraction")}
    assert said == {
        feeds.alert_id: ("Bo Thorsgaard", "wrong"),
        alert_id: ("rules", "same-case"),
    }
    with pytest.raises(Exception, match="never told"):
        posted(served)


def test_what_a_person_asks_to_withhold_takes_the_post_of_the_case_with_it(served: Served) -> None:
    alert_id = published_post(served)
    fed(served, "a.csv", notes="smoke, caller Quillon Abernathwy 920-555-0143")
    settings, now = served.line.settings, served.clock()
    phone = Sensitive("920-555-0143")
    given = Given(values=((Asked.PHONE, phone),), name=phone, address=phone)
    asked = open_request(settings, RequestKind.VICTIM, given, person="Per Lund", now=now)
    search_request(
        settings, asked.request_id, person="Per Lund", reason="the person asks for it", now=now
    )
    done = suppress_request(settings, asked.request_id, person="Per Lund", now=now)
    assert (done.calls, done.alerts) == (1, (alert_id,))
    assert gone(served, alert_id)


def test_a_post_an_editor_retracts_leaves_the_feeds_own_alert(served: Served) -> None:
    fed(served, "a.csv")
    settings, now = served.line.settings, served.clock()
    (candidate,) = served.line.pending()
    feeds = approve(settings, candidate, editor="Ida Okwu", now=now).alert
    assert feeds is not None
    alert_id = published_post(served)
    retract(settings, alert_id, editor="Bo Thorsgaard", now=now, reason=RetractReason.WRONG)
    fed(served, "b.csv", revised="2026-03-02 11:40:00", notes="engine on scene")
    assert gone(served, alert_id)
    assert [b["alert"] for b in bodies(served, "retraction")] == [alert_id]


def test_a_sensitive_word_in_a_post_makes_the_feeds_call_sensitive_too(
    served_everywhere: Served,
) -> None:
    served = served_everywhere
    fed(served, "a.csv")
    assert len(served.line.pending()) == 1
    posted(served, text="the person is suicidal")
    walk(served)
    assert served.line.states() == {"withheld": 2}


def test_a_call_kept_back_for_now_refuses_a_post_and_lets_one_in_again(served: Served) -> None:
    fed(served, "a.csv", mark="yes", revised="2026-03-02 11:30:00")
    with pytest.raises(Exception, match="keeps this case back"):
        posted(served)
    fed(served, "b.csv", mark="", revised="2026-03-02 11:40:00")
    posted(served)
    walk(served)
    assert len(served.line.pending()) == 2


def test_a_number_used_again_on_another_day_is_another_case(served: Served) -> None:
    served.line.change(key=["cfs_number", "opened_at"])
    agency = load_agency(served.line.folder, dialects=schemas_folder())
    assert [f.value for f in read_as(agency, POSTED).key] == ["cfs_number", "opened_at"]
    fed(served, "a.csv", cfs="31", kind="DOMESTIC", opened="2026-03-01 23:50:00")
    with pytest.raises(Exception, match="never told"):  # beside midnight it may be the same
        posted(served, case="31", began="2026-03-02T00:10")
    fed(served, "b.csv", cfs="32", kind="DOMESTIC", opened="2026-02-27 12:00:00")
    posted(served, case="32", began="2026-03-02T11:00")
    posted(served, case="32", began="2026-03-01T11:00")
    walk(served)
    assert len(served.line.pending()) == 2  # two cases of one number, not two revisions


def test_names_of_a_case_are_keyed_and_need_a_number(served: Served) -> None:
    agency = load_agency(served.line.folder, dialects=schemas_folder())

    class Seals:
        def digest(self, purpose: str, *parts: bytes) -> str:
            return "/".join((purpose, *(part.decode() for part in parts)))

    def named(text: str) -> tuple[str, ...]:
        at = datetime(2026, 3, 2, 5, tzinfo=UTC)
        return case_refs(agency, [Sensitive(text)], at, seal=Seals())  # type: ignore[arg-type]

    assert named("post EB-26 0031") == named("eb260031") == ("case/elm-bluff/eb260031",)
    assert named(" - ") == ()
    assert read_as(agency, APPEAL).key == agency.key
