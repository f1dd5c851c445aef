"""States the numbered publication rules that policies, code and pages refer to as "rule N".

Data only: one sentence each. A number keeps its meaning for good; a policy's ``basis`` must cite
numbers that stand here. The numbers behind a rule are the policy file's part, not this module's.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["RULES"]

RULES: Mapping[int, str] = MappingProxyType(
    {
        1: "Only categories on the allow-list are published; what is not mapped waits.",
        2: "A sensitive sign in the type or in any version of the text withholds a call for good.",
        3: "The public place is a fixed area with at least 20 homes, never a building.",
        4: "No area is smaller than a circle of the policy's minimum radius.",
        5: "Areas come from a published list, the same for every version; nothing is jittered.",
        6: "Homes are counted from an address file; without a count, areas must be three times as"
        " large.",
        7: "Where no area fits: the beat, then the town, then no place at all.",
        8: "Public places without homes may be named.",
        9: "Shelters, clinics and protected addresses lie in secret exclusion zones.",
        10: "No house, apartment or unit number is ever shown.",
        11: "Times are shown as half hours, for types that happen at homes as quarter days.",
        12: "Publication waits: for violence until the scene is clear and two editors agree.",
        13: "What is too old when its delay ends is not published as news.",
        14: "An alert is live for two days, listed for a month, then only counted.",
        15: "Counts below ten are suppressed and the others rounded.",
        16: "Public ids are random; no dispatch number, unit or officer is shown.",
        17: "An update never adds detail of place, time or person.",
        18: "A retraction reaches every channel within a minute and gives no reason.",
        19: "One alert about homes per area and day; later ones are merged.",
        20: "Descriptions of persons and vehicles are dropped.",
        21: "Few pushes per area and day; the rest comes as a digest.",
        22: "Wording is neutral: reported, no suspects, no certainty; unfounded is told too.",
        23: "Public text is a sentence from listed facts; call-takers' text is never printed.",
        24: "An agency's own restriction or masking is always honored.",
        25: "A new or unknown field is never public.",
        26: "A feed pauses itself when its sampled leak rate passes the budget.",
        27: "Published and dispatched counts per area are compared, against bias.",
        28: "Received text is destroyed after three days; the audit is kept.",
        29: "Nothing about readers flows back to an agency.",
        30: "The agreement with an agency is data; outside it the feed stops by itself.",
    }
)
