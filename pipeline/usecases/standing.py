"""Says which agencies a round has to walk: one look at the database for all of them.

Most agencies have nothing new in most rounds. In: all agencies and today's rules. Out: those with
a landed payload, a poll to settle, rules the log was not told of, or open records walked by other
rules. It must never leave out an agency that a walk would change anything of.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.feeding import feed_folders, waiting_agencies
from pipeline.adapters.store.listing import unsettled_agencies
from pipeline.adapters.store.revisiting import open_rules
from pipeline.adapters.store.signing import ever_in_shadow
from pipeline.agencies import Agency
from pipeline.propose import Rules
from pipeline.usecases.rule_changes import told_rules, untold_rules

__all__ = ["Standing", "standing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the database says of all agencies."""

    waiting: frozenset[str]
    folders: Mapping[str, str]
    """Where the files of each agency that ever landed anything were, when it was last walked."""
    open_rules: Mapping[str, frozenset[str]]
    told: Mapping[str, str]
    trials: frozenset[str]

    def on_trial(self, agency: Agency) -> bool:
        """Return whether it takes signatures to say how the agency stands."""
        return agency.shadow or agency.agency_id in self.trials

    def touches(self, rules: Rules, now: datetime) -> bool:
        """Return whether a walk by these rules, on trial or not, would change anything."""
        agency_id = rules.agency.agency_id
        if agency_id in self.waiting:
            return True
        return agency_id in self.folders and (
            self.folders[agency_id] != str(rules.agency.folder)
            or bool(self.open_rules.get(agency_id, frozenset()) - {rules.digest})
            or bool(untold_rules(self.told, rules, now))
        )


def standing(tx: Tx, agency_ids: Collection[str]) -> Standing:
    """Look at these agencies."""
    return Standing(
        waiting=frozenset(waiting_agencies(tx)) | unsettled_agencies(tx),
        folders=feed_folders(tx),
        open_rules=open_rules(tx),
        told=told_rules(tx, agency_ids),
        trials=ever_in_shadow(tx),
    )
