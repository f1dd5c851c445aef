"""Unites findings: what any detector covered stays covered, each stretch once.

In: findings of one text, in any order, overlapping as they like. Out: disjoint findings, sorted,
that together cover at least what went in. It never drops a span because a stronger one lies
beside it, and never looks at the text's meaning. Which operator is applied is ``redactor``'s.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from operator import attrgetter

from pipeline.model import Entity, Finding

__all__ = ["ORDER", "WEIGHED", "join_unexplained", "moved", "snap", "union"]

# The order of findings themselves; comparing keys is ten times faster than comparing findings.
ORDER = attrgetter("start", "end", "entity", "recognizer", "recognizer_version", "score", "reason")
_START = attrgetter("start")
WEIGHED = frozenset({"sequence-model"})
"""Recognizers whose scores are chances for one word each, and say nothing beside a rule's."""
_ORDER = {entity: rank for rank, entity in enumerate(Entity)}


def union(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Merge overlapping and touching findings; the strongest names the merged one.

    A direct finding is stronger than an unexplained one, one with a reason of its own than one that
    was weighed; then the higher score, then the longer
    span, then the earlier entity of ``Entity``, then recognizer and reason by alphabet.
    """
    merged: list[Finding] = []
    owner: Finding | None = None
    start = end = 0
    for finding in sorted(findings, key=_START):
        if owner is not None and finding.start <= end:
            end = max(end, finding.end)
            owner = _stronger(owner, finding)
            continue
        if owner is not None:
            merged.append(moved(owner, start, end))
        owner, start, end = finding, finding.start, finding.end
    if owner is not None:
        merged.append(moved(owner, start, end))
    return tuple(merged)


def moved(finding: Finding, start: int, end: int) -> Finding:
    """Return the finding with these offsets; several times as fast as ``replace``."""
    if finding.start == start and finding.end == end:
        return finding
    return type(finding)(
        start=start,
        end=end,
        entity=finding.entity,
        recognizer=finding.recognizer,
        recognizer_version=finding.recognizer_version,
        score=finding.score,
        reason=finding.reason,
    )


def snap(
    findings: Iterable[Finding], starts: Sequence[int], ends: Sequence[int]
) -> tuple[Finding, ...]:
    """Widen each finding to whole tokens, so that no piece of a private word stays behind.

    ``starts`` and ``ends`` are those of the tokens, in order.
    """
    begun, ended = set(starts), set(ends)
    widened = []
    for finding in findings:
        start, end = finding.start, finding.end
        if start not in begun or end not in ended:
            first = _covering(start, starts, ends)
            last = _covering(end - 1, starts, ends)
            start = start if first < 0 else starts[first]
            end = end if last < 0 else ends[last]
            finding = moved(finding, start, end)
        widened.append(finding)
    return tuple(widened)


def join_unexplained(findings: Sequence[Finding], starts: Sequence[int]) -> tuple[Finding, ...]:
    """Join neighbouring unexplained findings with no token between them into one.

    Takes the result of :func:`union`, so that a row of placeholders does not count the words, and
    where tokens start.
    """
    joined: list[Finding] = []
    for finding in findings:
        if (
            joined
            and _joinable(joined[-1], finding)
            and not _any_between(starts, joined[-1].end, finding.start)
        ):
            joined[-1] = moved(joined[-1], joined[-1].start, finding.end)
        else:
            joined.append(finding)
    return tuple(joined)


def _stronger(one: Finding, other: Finding) -> Finding:
    # The first three of what is compared, without making tuples of all.
    unexplained = one.entity is Entity.UNEXPLAINED
    if unexplained is not (other.entity is Entity.UNEXPLAINED):
        return other if unexplained else one
    weighed = one.recognizer in WEIGHED
    if weighed is not (other.recognizer in WEIGHED):
        return other if weighed else one
    if one.score != other.score:
        return one if one.score > other.score else other
    return min(one, other, key=_strength)


def _strength(finding: Finding) -> tuple[bool, bool, float, int, int, str, str]:
    return (
        finding.entity is Entity.UNEXPLAINED,
        finding.recognizer in WEIGHED,
        -finding.score,
        finding.start - finding.end,
        _ORDER[finding.entity],
        finding.recognizer,
        finding.reason,
    )


def _joinable(left: Finding, right: Finding) -> bool:
    return left.entity is Entity.UNEXPLAINED and right.entity is Entity.UNEXPLAINED


def _covering(position: int, starts: Sequence[int], ends: Sequence[int]) -> int:
    """Return the place of the token that covers a character, or -1."""
    place = bisect_right(starts, position) - 1
    return place if place >= 0 and position < ends[place] else -1


def _any_between(starts: Sequence[int], start: int, end: int) -> bool:
    place = bisect_left(starts, start)
    return place < len(starts) and starts[place] < end
