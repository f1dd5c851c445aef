"""States the numbered publication rules that everything else refers to as "rule N".

One sentence a rule, and who keeps it today. A number keeps its meaning for good; a policy's
``basis`` must cite numbers that stand here. The numbers behind a rule are the policy file's part.
This module must never decide anything: ``classify``, ``place``, ``publish`` and ``release`` do.
``tests/test_rules_bite.py`` switches rules off one by one, to see their checks fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

__all__ = ["RULES", "Kept", "Rule"]


class Kept(StrEnum):
    """Who keeps a rule today; the value is what the reference page prints."""

    CODE = "code"
    PARTLY = "code, in part"
    EDITOR = "editor"
    NOT_YET = "not yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule in a sentence, who keeps it, and, where that is not code alone, what is missing."""

    text: str
    kept: Kept
    missing: str = ""


def _code(text: str) -> Rule:
    return Rule(text=text, kept=Kept.CODE)


def _partly(text: str, missing: str) -> Rule:
    return Rule(text=text, kept=Kept.PARTLY, missing=missing)


def _editor(text: str, missing: str) -> Rule:
    return Rule(text=text, kept=Kept.EDITOR, missing=missing)


RULES: Mapping[int, Rule] = MappingProxyType(
    {
        1: _code("Only categories on the allow-list are published; what is not mapped waits."),
        2: _code(
            "A sensitive sign in the type or in any version of the text withholds a call for good."
        ),
        3: _code("The public place is a fixed area with at least 20 homes, never a building."),
        4: _code("No area is smaller than a circle of the policy's minimum radius."),
        5: _code("The list of areas is public and does not move; no place is blurred at random."),
        6: _code(
            "Homes are counted from an address file; without a count, areas must be three times as"
            " large."
        ),
        7: _code("Where no area fits: the beat, then the town, then no place at all."),
        8: _code("Public places without homes may be named."),
        9: _code("Shelters, clinics and protected addresses lie in secret exclusion zones."),
        10: _code("No house, apartment or unit number is ever shown."),
        11: _code("Times are shown as half hours, for types that happen at homes as quarter days."),
        12: _code(
            "Publication waits: for violence until the scene is clear and two editors agree."
        ),
        13: _code("What is too old when its delay ends is not published as news."),
        14: _partly(
            "An alert is live for two days, listed for a month, then only counted.",
            "no public channel shows the list; the desk has it",
        ),
        15: _code("Counts below ten are suppressed and the others rounded."),
        16: _code(
            "A public id is drawn at random; an agency's numbers, units and officers stay out."
        ),
        17: _code("An update never adds detail of place, time or person."),
        18: _code("A retraction reaches every channel within a minute and gives no reason."),
        19: _code("One alert about homes per area and day; later ones are merged."),
        20: _editor(
            "Descriptions of persons and vehicles are left out.",
            "drafts hold none; in words an editor writes, code does not know them",
        ),
        21: _code(
            "A neighbor's telephone rings seldom: a few messages a day, then one that sums up."
        ),
        22: _partly(
            "An alert says that something was reported, blames nobody, and tells when it was"
            " nothing.",
            "no alert follows when a call turns out to be nothing",
        ),
        23: _code("Public text is a sentence from listed facts; call-takers' text is not printed."),
        24: _code("An agency's own restriction or masking is always honored."),
        25: _code("What the agency file does not name stays out of everything public."),
        26: _code("A feed pauses itself when its sampled leak rate passes the budget."),
        27: _partly(
            "Published and dispatched counts per area are compared, against bias.",
            "calls that are held or withheld have no area and are not among the dispatched",
        ),
        28: _code(
            "Received text is destroyed after three days, with a certificate, unless a legal hold"
            " keeps it; the audit is kept."
        ),
        29: _code("Nothing about readers flows back to an agency."),
        30: _code("The agreement with an agency is in its file; outside it the feed stops."),
    }
)
