"""Renders what stays while alerts come and go: policy, about, downloads.

In go policies and the site's name; out come pages in every language. Differences between policies
are ``policies.difference``'s; nothing is judged anew here. Counts are ``statistics``'.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from pipeline.model import Release
from pipeline.policies import Direction, differences
from pipeline.policies.verbs import spoken
from pipeline.publish import PublicFile
from pipeline.publish.channel import url
from pipeline.site.facts import Whole
from pipeline.site.kinds import KIND_OF
from pipeline.site.page import Frame, frames, page

__all__ = ["FAILURES", "about_pages", "policy_pages"]

FAILURES = ("404.html",)
"""Pages a web server shows by itself."""

_ORDER = (Direction.LOOSER, Direction.STRICTER, Direction.OTHER)


def policy_pages(whole: Whole) -> Iterator[PublicFile]:
    """Yield the policy in force, and every version with what it changed."""
    policies = whole.policies
    for frame in frames(whole):
        yield page(
            frame,
            "policy/index.html",
            "policy.html",
            {
                "policy": whole.policy,
                "told": _told(frame, told=True),
                "untold": _told(frame, told=False),
                "versions": _versions(whole),
                "own": {
                    each.name: each.policy
                    for each in sorted(whole.partners.values(), key=lambda one: one.name)
                    if each.policy != whole.policy.version
                },
            },
            title=frame.tongue.say("Policy"),
            about=frame.tongue.say("What may be told, how exactly, when, and why."),
            here="policy",
        )
        for number, policy in enumerate(policies):
            before = policies[number - 1] if number else None
            found = () if before is None else differences(before, policy)
            yield page(
                frame,
                f"policy/{policy.version}.html",
                "policy_version.html",
                {
                    "policy": policy,
                    "before": before,
                    "found": [e for way in _ORDER for e in found if e.direction is way],
                    "newest": policy is whole.policy,
                },
                title=f"{frame.tongue.say('Policy')} {policy.version}",
                about=frame.tongue.say("One version of the policy, and what it changed."),
                here="policy",
            )


def about_pages(whole: Whole) -> Iterator[PublicFile]:
    """Yield the pages about the site and its downloads, and the one for what is not there."""
    kinds = {
        "about/index.html": ("about.html", "About", "What this site promises, and how.", "about"),
        "data/index.html": ("data.html", "Feeds and downloads", "Data for everybody.", ""),
        "404.html": ("missing.html", "Not here", "There is no such page.", ""),
    }
    if whole.keys:
        kinds["verify/index.html"] = ("verify.html", "Verify a receipt", "Proof for anybody.", "")
    for frame in frames(whole):
        for path, (template, title, about, here) in kinds.items():
            yield page(
                frame,
                path,
                template,
                {"base": url(whole.site), "policy": whole.policy, "keys": whole.keys},
                title=frame.tongue.say(title),
                about=frame.tongue.say(about),
                index=template != "missing.html",
                here=here,
            )


def _told(frame: Frame, *, told: bool) -> list[Mapping[str, object]]:
    rows = [
        MappingProxyType(
            {
                "id": category.value,
                "label": frame.tongue.say(rule.label),
                "kind": KIND_OF[category],
                "verbs": () if rule.public is None else spoken(rule.public),
                "terms": rule.public,
                "basis": rule.basis,
                "approvals": rule.approvals,
                "release": rule.release.value,
            }
        )
        for category, rule in frame.whole.policy.categories.items()
        if (rule.release is Release.CANDIDATE and rule.public is not None) is told
    ]
    return sorted(rows, key=lambda row: str(row["label"]))


def _versions(whole: Whole) -> Sequence[tuple[str, Mapping[str, int]]]:
    """Return each version, newest first, with how much it changed which way."""
    found: list[tuple[str, Mapping[str, int]]] = []
    for number, policy in enumerate(whole.policies):
        changes = differences(whole.policies[number - 1], policy) if number else ()
        ways = {way.value: sum(each.direction is way for each in changes) for way in _ORDER}
        found.append((policy.version, MappingProxyType(ways)))
    return found[::-1]
