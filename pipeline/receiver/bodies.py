"""Reads a request's body as a stream, cut at the limit on the way and in unpacking.

In: a request, a limit in bytes, a signature to compute on the way. Out: the plain body, whole. What
is beyond a limit is refused as soon as that is known, and the rest is not read.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field

from fastapi import Request
from starlette.requests import ClientDisconnect

from pipeline.adapters.inflate import decoder_for
from pipeline.model import NoticeCode, PayloadRefused
from pipeline.receiver.problems import Problem, Refusal
from pipeline.receiver.proofs import Signing

__all__ = ["Body", "read_body"]

_PROBLEMS = {
    NoticeCode.OVERSIZED_PAYLOAD: Problem.TOO_LARGE,
    NoticeCode.CODING_REFUSED: Problem.CODING,
    NoticeCode.TRUNCATED_ANSWER: Problem.INCOMPLETE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body as unpacked, and the SHA-256 of what was on the wire."""

    content: bytes = field(repr=False)
    wire_sha256: bytes


async def read_body(
    request: Request, limit: int, *, signing: Signing | None, seconds: float
) -> Body:
    """Return the body.

    Raises:
        Refusal: too large, packed otherwise, ended early, or too slow.
    """
    length = request.headers.get("content-length", "")
    if length and (not length.isdigit() or int(length) > limit):
        raise Refusal(Problem.TOO_LARGE if length.isdigit() else Problem.BAD_HEADER)
    try:
        async with asyncio.timeout(seconds):
            return await _read(request, limit, signing)
    except TimeoutError:
        raise Refusal(Problem.SLOW) from None
    except ClientDisconnect:
        raise Refusal(Problem.INCOMPLETE) from None
    except PayloadRefused as refusal:
        raise Refusal(_PROBLEMS.get(refusal.code, Problem.CODING)) from None


async def _read(request: Request, limit: int, signing: Signing | None) -> Body:
    decoder = decoder_for(request.headers.get("content-encoding", ""), limit)
    parts: list[bytes] = []
    wire, read = hashlib.sha256(), 0
    async for chunk in request.stream():
        read += len(chunk)
        if read > limit:
            raise PayloadRefused(NoticeCode.OVERSIZED_PAYLOAD)
        wire.update(chunk)
        if signing is not None:
            signing.feed(chunk)
        parts.append(decoder.feed(chunk))
    decoder.finish()
    return Body(content=b"".join(parts), wire_sha256=wire.digest())
