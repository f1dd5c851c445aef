"""Each rule about category, place, time and sensitivity: its check fails when it is switched off.

A world holds what decides: policy, agency, areas, zones. A check looks at what it lets out. It must
pass as shipped, and fail in the same world with one rule taken out of policy or engine.
"""

from __future__ import annotations

import importlib
import json
import math
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
import yaml
from elm_bluff import AGENCY, build_line, call
from golden.outcomes import FixedSeal

from pipeline import walk as walk_module
from pipeline.adapters.detection import dispatch_detector
from pipeline.agencies import Appeal, load_agency, schemas_folder
from pipeline.audit.bounds import upper_bound
from pipeline.model import (
    Candidate,
    Category,
    Choices,
    Closing,
    Digest,
    ExactPlace,
    Held,
    Incident,
    IncidentRef,
    IncidentStatus,
    Memory,
    ModelVersion,
    Outcome,
    PlaceLevel,
    Point,
    Policy,
    RedactedIncident,
    Remark,
    Rhythm,
    Sensitive,
    Terms,
    Told,
    Withheld,
    WithholdReason,
    audience_size,
)
from pipeline.place import load_areas, place
from pipeline.place.telling import Around, tell_place
from pipeline.place.zones import NO_ZONES, Protected, build_zones
from pipeline.policies import RULES, Phase, Standing, load_policy, phase, standing
from pipeline.propose import Rules, propose
from pipeline.publish.balance import area_shares
from pipeline.publish.counts import safe_counts
from pipeline.publish.pacing import plan
from pipeline.usecases.approve import approve
from pipeline.usecases.expire import expire_due
from pipeline.usecases.holds import Scope, lift_hold, place_hold
from pipeline.usecases.queue import live_alerts
from pipeline.usecases.release import mint_alert_id
from pipeline.usecases.retention import retention_rows
from pipeline.walk import Step, walk

HOUR = timedelta(hours=1)
OPENED = datetime(2026, 3, 2, 17, 20, tzinfo=UTC)
POLICY = load_policy()
DETECTOR = dispatch_detector(POLICY)


def ring(west: float, south: float, wide: float, high: float) -> list[list[list[float]]]:
    east, north = west + wide, south + high
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


# One area per rule of size: a town of 11 by 8 km, 0.01 degrees being about 1.1 by 0.8 km.
AREAS: Mapping[str, tuple[list[list[list[float]]], dict[str, object]]] = {
    "large": (ring(-89.00, 43.00, 0.03, 0.03), {"residences": 500, "beat": "North"}),
    "few-homes": (ring(-88.97, 43.00, 0.03, 0.03), {"residences": 19, "beat": "North"}),
    "tiny": (ring(-88.94, 43.00, 0.001, 0.001), {"residences": 60, "beat": "North"}),
    "uncounted": (ring(-88.939, 43.00, 0.004, 0.004), {"beat": "North"}),
    "park": (ring(-88.93, 43.00, 0.03, 0.03), {"residences": 0}),
}
SPOT = {
    name: (shape[0][0][0] + 0.0005, shape[0][0][1] + 0.0005) for name, (shape, _) in AREAS.items()
}


@dataclass(frozen=True)
class World:
    """What decides, and parts of the engine taken out of it (dotted name, replacement)."""

    root: Path
    policy: Policy = POLICY
    zones: Any = NO_ZONES
    least_radius_m: float = 150.0
    agreed: frozenset[Category] = frozenset(Category)
    out: tuple[tuple[str, object], ...] = ()
    memory: Callable[[Memory], Memory] = field(default=lambda memory: memory)
    appeal: Appeal = field(default_factory=Appeal)

    def rules(self) -> Rules:
        agency = load_agency(self.root / "elm-bluff", dialects=schemas_folder())
        agency = replace(agency, agreement=replace(agency.agreement, categories=self.agreed))
        areas = load_areas(agency.location.areas, minimum_radius_m=self.least_radius_m)
        return Rules(
            agency=agency,
            policy=self.policy,
            model=ModelVersion("m"),
            areas=areas,
            zones=self.zones,
        )

    def walked(self, *incidents: Incident, memories: Mapping[Any, Memory] | None = None) -> Outcome:
        steps = [Step(position=0, rows=1, content=each, spot=None) for each in incidents]
        outcomes = walk(
            steps, rules=self.rules(), memories=memories or {}, detector=DETECTOR, seal=FixedSeal()
        )
        return outcomes[-1]

    def asked(self) -> Outcome:
        """Walk a request for assistance."""
        rules = replace(self.rules(), appeal=self.appeal)
        steps = [Step(position=0, rows=1, content=incident(), spot=None)]
        outcomes = walk(steps, rules=rules, memories={}, detector=DETECTOR, seal=FixedSeal())
        return outcomes[0]

    def told(self, incident: Incident) -> Candidate:
        state = self.walked(incident).state
        assert isinstance(state, Candidate), state
        return state

    def area(self, name: str) -> str:
        longitude, latitude = SPOT[name]
        found = place(
            ExactPlace(point=Point(latitude=latitude, longitude=longitude)),
            self.rules().areas,
            "Elm Bluff",
        )
        return "held" if isinstance(found, Held) else found[0].name

    def with_terms(self, category: Category, **parts: Any) -> World:
        rule = self.policy.categories[category]
        changed = {audience: replace(terms, **parts) for audience, terms in rule.terms.items()}
        own = {name: parts[name] for name in ("approvals", "time_floor") if name in parts}
        new = replace(rule, terms=changed, **own)
        return replace(
            self, policy=replace(self.policy, categories={**self.policy.categories, category: new})
        )

    def without(self, name: str, instead: object) -> World:
        return replace(self, out=(*self.out, (name, instead)))


def incident(
    kind: str = "STRUCTURE FIRE", text: str = "smoke from the roof", **changes: Any
) -> Incident:
    values: dict[str, Any] = {
        "agency_id": "elm-bluff",
        "ref": IncidentRef("ref"),
        "revision": Digest("one"),
        "position": 0,
        "call_types": (Sensitive(kind),),
        "opened_at": OPENED,
        "revised_at": None,
        "status": IncidentStatus.OPEN,
        "priority": None,
        "place": ExactPlace(
            address=Sensitive("418 Tanglewood Ct"), point=Point(latitude=43.01, longitude=-88.99)
        ),
        "people": (),
        "remarks": (Remark(text=Sensitive(text)),),
        "private_values": (),
        "unit_count": 1,
        "restricted": False,
        "notices": (),
    }
    return Incident(**(values | changes))


@dataclass(frozen=True)
class Bite:
    """A rule's check, and how to switch the rule off."""

    number: int
    name: str
    check: Callable[[World], None]
    off: Callable[[World], World]


BITES: list[Bite] = []


def bites(
    number: int, off: Callable[[World], World]
) -> Callable[[Callable[[World], None]], Callable[[World], None]]:
    def keep(check: Callable[[World], None]) -> Callable[[World], None]:
        BITES.append(Bite(number, check.__name__, check, off))
        return check

    return keep


def released(world: World) -> World:
    like = world.policy.categories[Category.COLLISION]
    loose = replace(like, category=Category.NOISE)
    return replace(
        world,
        policy=replace(world.policy, categories={**world.policy.categories, Category.NOISE: loose}),
    )


@bites(1, released)
def only_the_allow_list_is_told(world: World) -> None:
    state = world.walked(incident("NOISE")).state
    assert isinstance(state, Withheld)


@bites(
    1,
    lambda w: (
        w.without("pipeline.classify.call_types.category_of", lambda _: Category.SMOKE)
        .without("pipeline.agencies.agency.fold_call_type", lambda _: "STRUCTURE FIRE")
        .without("pipeline.classify.call_types.fold_call_type", lambda _: "STRUCTURE FIRE")
    ),
)
def an_unmapped_type_waits(world: World) -> None:
    assert isinstance(world.walked(incident("UNHEARD OF")).state, Held)


def blind(world: World) -> World:
    return world.without("pipeline.walk.sensitive_signals", lambda _, **_how: ()).without(
        "pipeline.walk.weighed_signals", lambda _: ()
    )


@bites(2, blind)
def a_sensitive_word_withholds(world: World) -> None:
    state = world.walked(incident(text="her husband hit her, engine on the way")).state
    assert isinstance(state, Withheld)
    assert state.reason is WithholdReason.SENSITIVE_TEXT


@bites(2, lambda w: replace(w, memory=lambda memory: replace(memory, sensitive="")))
def a_sensitive_call_stays_so(world: World) -> None:
    first = world.walked(incident(text="her husband hit her"))
    assert first.memory is not None
    memories = {first.ref: world.memory(first.memory)}
    later = world.walked(incident(revision=Digest("two")), memories=memories).state
    assert isinstance(later, Withheld)


@bites(2, lambda w: blind(w).without("pipeline.walk.Tier", type("Nobody", (), {"S3": None})))
def a_sensitive_type_withholds_for_good(world: World) -> None:
    assert world.walked(incident("DOMESTIC", "loud voices")).memory.sensitive  # type: ignore[union-attr]


@bites(
    3,
    lambda w: w.without("pipeline.place.areas.MINIMUM_RESIDENCES", 0).without(
        "pipeline.place.areas.load_areas.__kwdefaults__", {"minimum_residences": 0}
    ),
)
def an_area_with_nineteen_homes_is_not_told(world: World) -> None:
    assert world.area("few-homes") != "few-homes"


@bites(4, lambda w: replace(w, least_radius_m=1.0))
def a_tiny_area_is_not_told(world: World) -> None:
    assert world.area("tiny") != "tiny"


def jittered(exact: ExactPlace, *rest: Any, **more: Any) -> Any:
    found = place(exact, *rest, **more)
    if isinstance(found, Held) or exact.point is None:
        return found
    moved = tuple(
        tuple(tuple((x + exact.point.longitude % 1e-3, y) for x, y in part) for part in polygon)
        for polygon in found[0].polygons
    )
    return replace(found[0], polygons=moved), found[1]


@bites(5, lambda w: w.without("pipeline.propose.place", jittered))
def every_call_of_an_area_is_told_alike(world: World) -> None:
    spots = [Point(latitude=43.001 + n / 1000, longitude=-88.99 + n / 3333) for n in range(3)]
    areas = {world.told(incident(place=ExactPlace(point=spot))).facts.area for spot in spots}
    assert len(areas) == 1


@bites(6, lambda w: w.without("pipeline.place.areas.UNCOUNTED_FACTOR", 1.0))
def an_area_nobody_counted_must_be_larger(world: World) -> None:
    assert world.area("uncounted") != "uncounted"


@bites(
    7,
    lambda w: w.without("pipeline.place.levels.COARSER", ()).without(
        "pipeline.place.areas.COARSER", ()
    ),
)
def where_no_area_fits_the_beat_tells(world: World) -> None:
    assert world.area("few-homes") == "North"


@bites(7, lambda w: w.without("pipeline.place.locate.NEAR_DEGREES", 90.0))
def a_place_far_away_is_not_told_at_all(world: World) -> None:
    far = ExactPlace(point=Point(latitude=20.0, longitude=-80.0))
    found = place(far, world.rules().areas, "Elm Bluff")
    assert isinstance(found, Held)


@bites(8, lambda w: w.without("pipeline.place.areas._homes", lambda _: 1))
def a_park_is_named(world: World) -> None:
    assert world.area("park") == "park"


def zoned(world: World) -> World:
    here = Protected(point=Point(latitude=43.01, longitude=-88.99), radius_m=500)
    return replace(world, zones=build_zones([here], world.rules().areas.hull, b"k" * 32))


@bites(9, lambda w: w.without("pipeline.place.zones.Zones.hold", lambda *_: False))
def a_hazard_in_a_zone_is_told_by_town(world: World) -> None:
    assert zoned(world).told(incident()).facts.area.name == "Elm Bluff"


@bites(9, lambda w: w.with_terms(Category.ROBBERY, in_zone=0))
def violence_in_a_zone_is_withheld(world: World) -> None:
    assert isinstance(zoned(world).walked(incident("ROBBERY", "store")).state, Withheld)


@bites(10, lambda w: w.with_terms(Category.SMOKE, min_addresses=0))
def a_block_of_three_houses_is_no_label(world: World) -> None:
    terms = replace(world.policy.categories[Category.SMOKE].public, place=PlaceLevel.BLOCK)
    around = Around(areas=world.rules().areas, town="Elm Bluff", blocks={("tanglewood ct", 400): 3})
    told = tell_place(incident().place, terms, around)
    assert not isinstance(told, Held)
    assert told.label == ""


@bites(
    10,
    lambda w: (
        w.without("pipeline.place.telling._UNIT", __import__("re").compile("$^"))
        .without("pipeline.place.telling._WORD", ".")
        .without("pipeline.place.telling._NUMBER", __import__("re").compile(r"([0-9]+) (.+)"))
    ),
)
def a_unit_is_in_no_label(world: World) -> None:
    around = Around(areas=world.rules().areas, town="Elm Bluff", blocks={})
    exact = replace(incident().place, address=Sensitive("418 Tanglewood Ct Apt 7"))
    told = tell_place(exact, Terms(place=PlaceLevel.MASKED, digits=2), around)
    assert not isinstance(told, Held)
    assert "7" not in told.label


@bites(11, lambda w: w.with_terms(Category.STRUCTURE_FIRE, time_floor=timedelta(minutes=1)))
def a_time_is_a_half_hour(world: World) -> None:
    facts = world.told(incident()).facts
    assert facts.latest - facts.earliest >= HOUR / 2


@bites(11, lambda w: w.with_terms(Category.BURGLARY, time_floor=HOUR / 2))
def a_time_at_homes_is_a_quarter_day(world: World) -> None:
    facts = world.told(incident("BURGLARY", "door open")).facts
    assert facts.latest - facts.earliest >= 6 * HOUR


@bites(12, lambda w: w.with_terms(Category.COLLISION, delay=timedelta(0)))
def a_crash_waits_an_hour(world: World) -> None:
    timing = world.told(incident("CRASH", "two cars")).timing
    assert timing.opens is not None
    assert timing.opens >= OPENED + HOUR


@bites(12, lambda w: w.with_terms(Category.BURGLARY, delay=HOUR))
def a_burglary_waits_a_day(world: World) -> None:
    timing = world.told(incident("BURGLARY", "door open")).timing
    assert timing.opens is not None
    assert timing.opens >= OPENED + 24 * HOUR


@bites(12, lambda w: w.with_terms(Category.ROBBERY, closing=Closing.IGNORED))
def violence_waits_for_a_clear_scene(world: World) -> None:
    assert world.told(incident("ROBBERY", "store")).timing.opens is None


@bites(12, lambda w: w.with_terms(Category.ROBBERY, approvals=1))
def violence_needs_two_editors(world: World) -> None:
    assert world.told(incident("ROBBERY", "store")).approvals_needed == 2


@bites(12, lambda w: w.with_terms(Category.STRUCTURE_FIRE, delay=HOUR))
def a_hazard_is_told_at_once(world: World) -> None:
    timing = world.told(incident()).timing
    assert timing.opens is not None
    assert timing.opens <= OPENED + HOUR / 6


@bites(13, lambda w: w.with_terms(Category.STRUCTURE_FIRE, max_age=timedelta(days=9)))
def what_is_too_old_is_no_news(world: World) -> None:
    timing = world.told(incident()).timing
    assert standing(timing, OPENED + 3 * HOUR) is Standing.TOO_OLD


@bites(14, lambda w: w.with_terms(Category.STRUCTURE_FIRE, live=timedelta(days=9)))
def an_alert_is_live_for_two_days(world: World) -> None:
    assert world.told(incident()).timing.live <= 48 * HOUR


@bites(14, lambda w: w.with_terms(Category.STRUCTURE_FIRE, listed=timedelta(days=99)))
def an_alert_is_counted_after_a_month(world: World) -> None:
    terms = world.policy.categories[Category.STRUCTURE_FIRE].public
    assert terms is not None
    month = OPENED + timedelta(days=30)
    assert phase(OPENED, month, live=terms.live, listed=terms.listed) is Phase.COUNTED


TABLE = {
    ("a", "x"): 3,
    ("a", "y"): 44,
    ("a", "z"): 61,
    ("b", "x"): 33,
    ("b", "y"): 55,
    ("b", "z"): 77,
}


@bites(15, lambda w: replace(w, policy=replace(w.policy, suppress_below=0)))
def a_small_count_is_hidden(world: World) -> None:
    found = safe_counts(TABLE, below=world.policy.suppress_below, to=world.policy.round_to)
    assert found.cells["a", "x"] is None


@bites(15, lambda w: w.without("pipeline.publish.counts._more", lambda *_: set()))
def what_gives_a_small_count_away_is_hidden_too(world: World) -> None:
    found = safe_counts(TABLE, below=world.policy.suppress_below, to=world.policy.round_to)
    assert len([cell for cell in found.hidden if cell[0] == "a"]) >= 2


@bites(15, lambda w: replace(w, policy=replace(w.policy, round_to=1)))
def counts_are_rounded(world: World) -> None:
    found = safe_counts(TABLE, below=world.policy.suppress_below, to=world.policy.round_to)
    assert all(count % 5 == 0 for count in found.cells.values() if count is not None)


@bites(16, lambda w: w.without("pipeline.usecases.release.secrets.token_hex", lambda n: "07" * n))
def a_public_id_is_drawn_anew(world: World) -> None:
    assert len({mint_alert_id() for _ in range(50)}) == 50


@bites(17, lambda w: replace(w, memory=lambda memory: replace(memory, told=None)))
def an_update_adds_no_place_or_time(world: World) -> None:
    nowhere = incident("CRASH", "two cars", place=ExactPlace())
    first = world.walked(nowhere)
    assert isinstance(first.state, Candidate)
    assert first.memory is not None
    facts = first.state.facts
    told = Told(area=facts.area, earliest=facts.earliest, latest=facts.latest)
    memories = {first.ref: world.memory(replace(first.memory, told=told))}
    exact = incident(
        "CRASH", "two cars, lane open", revision=Digest("two"), opened_at=OPENED + HOUR
    )
    later = world.walked(exact, memories=memories).state
    assert isinstance(later, Candidate)
    assert (later.facts.area, later.facts.earliest) == (facts.area, facts.earliest)


@bites(20, lambda w: w.without("pipeline.propose.area_size", lambda _: 500_000.0))
def nobody_is_asked_for_help_in_a_whole_quarter(world: World) -> None:
    state = world.asked().state
    assert isinstance(state, Held)


@bites(20, lambda w: replace(w, appeal=replace(w.appeal, approvals=1)))
def nobody_is_asked_for_help_without_two_editors(world: World) -> None:
    world = replace(world, appeal=replace(world.appeal, most=math.inf))
    state = world.asked().state
    assert isinstance(state, Candidate)
    assert state.approvals_needed == 2


@bites(21, lambda w: w.without("pipeline.publish.pacing.MOST_PUSHES", 99))
def a_fourth_push_of_a_day_waits_for_the_digest(world: World) -> None:
    zone, choices = ZoneInfo("America/Chicago"), Choices(areas=(), rhythm=Rhythm.URGENT)
    plans = [plan(choices, OPENED, zone, pushed_before=before) for before in (2, 3)]
    assert [each.gathered for each in plans] == [False, True]


@bites(22, lambda w: w.without("pipeline.propose.wording", lambda *_: ("Fire", "A fire.")))
def an_alert_says_only_what_was_reported(world: World) -> None:
    facts = world.told(incident()).facts
    assert facts.headline.startswith("Reported: ")
    assert "not a confirmed account" in facts.text


def printed(incident: Incident, redacted: RedactedIncident, *rest: Any) -> Any:
    state, notices = propose(incident, redacted, *rest)
    assert isinstance(state, Candidate)
    said = " ".join(remark.text for remark in redacted.remarks)
    return replace(state, facts=replace(state.facts, text=f"{state.facts.text} {said}")), notices


@bites(23, lambda w: w.without("pipeline.walk.propose", printed))
def what_the_public_reads_does_not_depend_on_the_text(world: World) -> None:
    texts = ("smoke from the roof", "flames at the back door, engine on the way")
    first, second = (world.told(incident(text=text)) for text in texts)
    assert first.remarks != second.remarks
    assert first.facts == second.facts


def unmarked(gated: Callable[..., Any]) -> Callable[..., Any]:
    return lambda incident, *rest: gated(replace(incident, restricted=False), *rest)


@bites(24, lambda w: w.without("pipeline.walk._gated", unmarked(walk_module._gated)))
def a_call_the_agency_marked_is_withheld(world: World) -> None:
    assert isinstance(world.walked(incident(restricted=True)).state, Withheld)


@bites(24, lambda w: w.without("pipeline.place.locate.has_mask_word", lambda _: False))
def a_masked_address_is_told_by_town(world: World) -> None:
    masked = ExactPlace(
        address=Sensitive("RESTRICTED"), point=Point(latitude=43.01, longitude=-88.99)
    )
    assert world.told(incident(place=masked)).facts.area.name == "Elm Bluff"


@bites(26, lambda w: replace(w, policy=replace(w.policy, leak_limit=0.05)))
def one_leak_in_598_reviews_is_over_the_budget(world: World) -> None:
    assert upper_bound(0, 598) <= world.policy.leak_limit < upper_bound(1, 598)


@bites(27, lambda w: replace(w, policy=replace(w.policy, bias_factor=99.0)))
def an_area_told_of_too_often_is_flagged(world: World) -> None:
    factor = world.policy.bias_factor
    shares = area_shares({"a": 30, "b": 5}, {"a": 50, "b": 50}, factor=factor, least=20)
    assert [each.flagged for each in shares] == [True, False]


@bites(29, lambda w: w.without("pipeline.model.subscription._FEWEST", 0))
def fewer_than_twenty_readers_are_not_counted_out(world: World) -> None:
    assert {audience_size(count).shown for count in range(20)} == {None}
    assert audience_size(20).shown == 20


@bites(30, lambda w: replace(w, agreed=frozenset(Category)))
def a_category_outside_the_agreement_is_withheld(world: World) -> None:
    assert isinstance(world.walked(incident()).state, Withheld)


@pytest.fixture
def world(tmp_path: Path) -> World:
    folder = tmp_path / "elm-bluff"
    (folder / "payloads").mkdir(parents=True)
    agency = {**AGENCY, "call_types": {**AGENCY["call_types"], "NOISE": "NOISE"}}  # type: ignore[dict-item]
    (folder / "agency.yml").write_text(yaml.safe_dump(agency, sort_keys=False))
    (folder / "agreement.md").write_text("Calls are told.\n")
    features = [
        {
            "type": "Feature",
            "properties": {"id": name, "name": name, **properties},
            "geometry": {"type": "Polygon", "coordinates": shape},
        }
        for name, (shape, properties) in AREAS.items()
    ]
    document = {"type": "FeatureCollection", "features": features}
    (folder / "areas.geojson").write_text(json.dumps(document))
    return World(root=tmp_path)


def run(bite: Bite, world: World) -> None:
    with ExitStack() as stack:
        for name, instead in world.out:
            owner, _, attribute = name.rpartition(".")
            stack.enter_context(patch.object(found(owner), attribute, instead))
        bite.check(world)


def found(dotted: str) -> object:
    """Return a module, or an attribute in one."""
    try:
        return importlib.import_module(dotted)
    except ModuleNotFoundError:
        owner, _, attribute = dotted.rpartition(".")
        return getattr(found(owner), attribute)


def shipped(bite: Bite, world: World) -> World:
    return replace(world, agreed=frozenset({Category.THEFT})) if bite.number == 30 else world


@pytest.mark.parametrize("bite", BITES, ids=lambda bite: f"{bite.number}-{bite.name}")
def test_a_rule_holds_as_shipped(bite: Bite, world: World) -> None:
    run(bite, shipped(bite, world))


@pytest.mark.parametrize("bite", BITES, ids=lambda bite: f"{bite.number}-{bite.name}")
def test_its_check_fails_when_the_rule_is_switched_off(bite: Bite, world: World) -> None:
    with pytest.raises(AssertionError):
        run(bite, bite.off(shipped(bite, world)))


def test_every_rule_about_category_place_time_and_sensitivity_has_a_check_and_some_others() -> None:
    here = {bite.number for bite in BITES}
    assert here == {*range(1, 18), *range(20, 25), 26, 27, 29, 30} & set(RULES)


@pytest.mark.parametrize("on", [True, False], ids=["on", "off"])
def test_19_one_alert_of_homes_goes_out_for_an_area_and_day(on: bool, tmp_path: Path) -> None:
    """Rule 19 needs a database, so it is switched off here."""
    line = build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")
    line.deliver("a.csv", [call("1", "LARCENY"), call("2", "LARCENY")])
    line.run()
    due = line.later(65)
    with ExitStack() as stack:
        if not on:
            owner = importlib.import_module("pipeline.usecases.release")
            stack.enter_context(patch.object(owner, "_told_in_area", lambda *_: None))
        for candidate in line.pending():
            approve(line.settings, candidate, editor="Ida Okwu", now=due.at)
    assert len(live_alerts(line.settings, now=due.at)) == (1 if on else 2)


@pytest.mark.parametrize(
    ("off", "alive"),
    [("", (1, 0)), ("forget_key", (1, 1)), ("kept", (0, 0))],
    ids=["on", "no-shredding", "no-hold"],
)
def test_28_received_text_is_destroyed_after_three_days_unless_it_is_held(
    off: str, alive: tuple[int, int], tmp_path: Path
) -> None:
    """Rule 28 needs a database too: what lives while a hold lasts, and after it was lifted."""
    line = build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")
    line.deliver("a.csv", [call("1")])
    line.run()
    after = line.later(60 * 73)
    said = {"person": "Ida Okwu", "reason": "a court asks for it", "now": after.at}
    hold = place_hold(line.settings, Scope(agency="elm-bluff"), **said).hold
    found = []
    with ExitStack() as stack:
        if off:
            owner = importlib.import_module("pipeline.usecases.destroy")
            stack.enter_context(patch.object(owner, off, lambda *_: frozenset()))
        for lift in (False, True):
            if lift:
                lift_hold(line.settings, hold.hold_id, **said)
            expire_due(line.settings, now=after.at)
            found.append(retention_rows(line.settings, now=after.at)[0].alive)
    assert tuple(found) == alive
