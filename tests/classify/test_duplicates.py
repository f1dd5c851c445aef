"""Likely duplicates: keyed fingerprints, what rules a pair out, and figures on emulated calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from pipeline.classify.duplicates import Trace, fingerprint, likely_pairs, likeness
from pipeline.classify.gold import Share
from pipeline.classify.teaching.noise import filler, typed
from pipeline.emulator.casts import cast_ids, load_cast
from pipeline.model import Category

KEY = b"a key for tests"
AT = datetime(2026, 3, 2, 18, tzinfo=UTC)
SMOKE = "smoke from the roof of the laundromat, everyone out, flames at the vent"
BASE = Trace(
    candidate_id="a",
    agency_id="elm-bluff",
    category=Category.STRUCTURE_FIRE,
    area_id="north",
    middle=(40.0, -105.0),
    placed=True,
    earliest=AT,
    latest=AT + timedelta(minutes=30),
    text=fingerprint([SMOKE], KEY),
)


def other(**changes: object) -> Trace:
    return replace(BASE, candidate_id="b", **changes)  # type: ignore[arg-type]


def test_the_same_call_told_twice_is_likely_and_says_why() -> None:
    (found,) = likely_pairs(BASE, [BASE, other()])
    assert found.other == "b"
    assert found.score == 1.0
    assert found.reasons == (
        "the same time",
        "the same area",
        "the same kind",
        "100% of words alike",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"earliest": AT + timedelta(hours=4), "latest": AT + timedelta(hours=5)},
        {"area_id": "south", "middle": (40.04, -105.0)},
    ],
)
def test_time_and_place_rule_a_pair_out_whatever_the_words(changes: dict[str, object]) -> None:
    assert likeness(BASE, other(**changes)).score == 0
    assert likely_pairs(BASE, [other(**changes)]) == ()


def test_a_town_is_no_place_two_calls_share_so_only_their_words_make_them_likely() -> None:
    town = replace(BASE, area_id="town", placed=False)
    silent = replace(town, text=None)
    assert likely_pairs(silent, [replace(silent, candidate_id="b")]) == ()
    theft = fingerprint(["two bikes taken from a garage, lock cut, camera next door"], KEY)
    assert likely_pairs(town, [replace(town, candidate_id="b", text=theft)]) == ()
    (found,) = likely_pairs(town, [replace(town, candidate_id="b")])
    assert found.score == 1.0
    assert "no place nearer than a town" in found.reasons
    # The same two silent calls in a street or two of it are worth a look.
    placed = replace(BASE, text=None)
    assert likely_pairs(placed, [replace(placed, candidate_id="b")])


def test_another_agencys_call_close_by_is_shown_as_such() -> None:
    near = other(agency_id="other", area_id="x", middle=(40.002, -105.0), category=Category.SMOKE)
    (found,) = likely_pairs(BASE, [near])
    assert found.reasons[-1] == "another agency"
    assert "a related kind" in found.reasons


def test_other_words_of_another_kind_in_the_same_place_are_not_likely() -> None:
    theft = fingerprint(["two bikes taken from a garage, lock cut, camera next door"], KEY)
    assert likely_pairs(BASE, [other(category=Category.THEFT, text=theft)]) == ()


def test_a_fingerprint_needs_its_key_and_some_words() -> None:
    one, two = fingerprint([SMOKE], KEY), fingerprint([SMOKE], b"another")
    assert one is not None
    assert two is not None
    assert not (one == two).any()
    assert fingerprint(["on scene"], KEY) is None


def test_a_placeholder_is_no_word_of_the_text() -> None:
    one = fingerprint([SMOKE], KEY)
    two = fingerprint([f"[PERSON] {SMOKE} [UNEXPLAINED][PHONE]"], KEY)
    assert one is not None
    assert two is not None
    assert (one == two).all()


def emulated(
    seed: int, *, areas: int = 8, placed: bool = True, silent: int = 0
) -> list[tuple[int, Trace]]:
    """Return traces of emulated calls with the incident's number: most called in twice or thrice.

    A second caller sees it some minutes later, tells half of it, maybe to another agency. One
    call in ``silent`` has no words; 0: all have. Not ``placed``, the areas are towns.
    """
    random, traces, number = Random(seed), list[tuple[int, Trace]](), 0
    for agency in cast_ids():
        cast = load_cast(agency)
        for story in cast.stories:
            if story.truth.category is None:
                continue
            number += 1
            # All of it in one night and few areas, so that strangers meet in time and place.
            opened = AT + timedelta(minutes=random.randrange(720))
            area = f"area-{random.randrange(areas)}"
            words = [line.text for line in story.lines]
            spot = hash_of(area)
            for turn in range(random.choice((1, 2, 3))):
                shift = timedelta(minutes=random.randrange(35) if turn else 0)
                floor = (opened + shift).replace(minute=(opened + shift).minute // 30 * 30)
                said = [typed(text.lower(), random) for text in words[: random.choice((1, 2, 9))]]
                if turn:
                    spoken = [word for text in said for word in text.split()]
                    said = [" ".join(word for word in spoken if random.random() < 0.5)]
                traces.append(
                    (
                        number,
                        Trace(
                            candidate_id=f"{number}-{turn}",
                            agency_id="elm-bluff" if turn < 2 else "neighbor-agency",
                            category=story.truth.category,
                            area_id=area,
                            middle=(40 + spot[0], -105 + spot[1]),
                            placed=placed,
                            earliest=floor,
                            latest=floor + timedelta(minutes=30),
                            text=None
                            if silent and number % silent == 0
                            else fingerprint([*said, filler(random)], KEY),
                        ),
                    )
                )
    return traces


def hash_of(name: str) -> tuple[float, float]:
    """Return an invented place for an area, within some 20 km."""
    seeded = Random(name)
    return seeded.random() / 5, seeded.random() / 5


def found_of(traces: list[tuple[int, Trace]]) -> tuple[Share, Share]:
    """Return which of the true pairs are shown, and which of the shown pairs are true."""
    found = {
        (one.candidate_id, pair.other)
        for _, one in traces
        for pair in likely_pairs(one, [two for _, two in traces])
    }
    number = {trace.candidate_id: incident for incident, trace in traces}
    true = {
        (one, two) for one in number for two in number if one != two and number[one] == number[two]
    }
    assert len(true) > 200
    return (
        Share(group="recall", wanted=True, raised=len(found & true), total=len(true)),
        Share(group="precision", wanted=True, raised=len(found & true), total=len(found)),
    )


def test_most_emulated_duplicates_are_found_and_few_others() -> None:
    recall, precision = found_of(emulated(1))
    assert recall.raised >= 0.85 * recall.total
    assert precision.raised >= 0.85 * precision.total


@pytest.mark.parametrize(("silent", "least"), [(0, 0.8), (2, 0.4)])
def test_where_only_the_town_is_known_words_find_doubles_and_silence_joins_no_strangers(
    silent: int, least: float
) -> None:
    recall, precision = found_of(emulated(1, areas=1, placed=False, silent=silent))
    assert recall.raised >= least * recall.total
    assert precision.raised >= 0.9 * precision.total
