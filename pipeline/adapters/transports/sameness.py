"""Compares a feed's answer with those before: content decides, not its word.

In: a body and what is remembered. Out: whether it is news, what to remember, what to tell. A server
that answers 304, or the same ETag, for other bytes is told and not believed again. Must never
decide that a call is over: a feed that stands still says nothing about calls.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from pipeline.adapters.transports.fetched import Fetched, Look, Memory
from pipeline.adapters.transports.web import Answer
from pipeline.model import NoticeCode

__all__ = ["conditions", "judged", "unchanged"]

_CHECK_EVERY = timedelta(minutes=15)
_REMEMBERED = 8


def conditions(look: Look) -> Mapping[str, str]:
    """Return the headers of a conditional request; none where the whole answer is wanted.

    At least every 15 minutes the whole answer is asked for, to catch a server whose validators
    do not change with the content.
    """
    memory = look.memory
    checked = memory.get("checked")
    if memory.get("untrue") or not checked or not memory.get("seen"):
        return {}
    if look.now - datetime.fromisoformat(checked) >= _CHECK_EVERY:
        return {}
    headers = {}
    if memory.get("etag"):
        headers["if-none-match"] = memory["etag"]
    if memory.get("modified"):
        headers["if-modified-since"] = memory["modified"]
    return headers


def unchanged(look: Look) -> Fetched:
    """Return what a 304 brings: nothing to land, nothing new to remember."""
    return Fetched(memory=dict(look.memory), notices=(NoticeCode.SAME_AS_BEFORE,))


def judged(look: Look, answer: Answer) -> Fetched:
    """Return the body as something to land, or as nothing when its bytes are the last ones."""
    digest = hashlib.sha256(answer.body).hexdigest()[:32]
    seen = [each for each in look.memory.get("seen", "").split(",") if each]
    notices: list[NoticeCode] = []
    memory = _remembered(look, answer, digest, seen)
    if seen and digest == seen[-1]:
        return Fetched(memory=memory, notices=(NoticeCode.SAME_AS_BEFORE,))
    if digest in seen:
        notices.append(NoticeCode.FLAPPING_ANSWER)
    if seen and _same_validator(look.memory, answer):
        notices.append(NoticeCode.VALIDATOR_UNTRUE)
        memory["untrue"] = "1"
    return Fetched(body=answer.body, memory=memory, notices=tuple(notices))


def _same_validator(memory: Memory, answer: Answer) -> bool:
    """Return whether the server's validator says "the same" for other bytes."""
    return bool(answer.etag) and answer.etag == memory.get("etag")


def _remembered(look: Look, answer: Answer, digest: str, seen: list[str]) -> dict[str, str]:
    memory = {
        "etag": answer.etag,
        "modified": answer.modified,
        "checked": look.now.isoformat(),
        "seen": ",".join([*(each for each in seen if each != digest), digest][-_REMEMBERED:]),
        "untrue": look.memory.get("untrue", ""),
    }
    return {name: value for name, value in memory.items() if value}
