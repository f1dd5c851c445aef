"""Unpacks gzip bodies piece by piece, and stops as soon as they grow too large.

In: chunks as they arrive, and a limit in bytes. Out: plain bytes. A bomb is refused after the limit
was reached, never after it was unpacked. No other coding is taken: identity and gzip are all that a
feed needs, and each further one is another parser before the guard.
"""

from __future__ import annotations

import zlib
from typing import Protocol

from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["CODINGS", "Decoder", "decoder_for"]

CODINGS = ("gzip", "identity")
_GZIP = 16 + zlib.MAX_WBITS


class Decoder(Protocol):
    """Takes a body's chunks and gives its plain bytes."""

    def feed(self, chunk: bytes) -> bytes:
        """Return what the chunk adds; raises PayloadRefused beyond the limit or when damaged."""
        ...

    def finish(self) -> None:
        """Raise PayloadRefused when the body ended too early."""
        ...


def decoder_for(coding: str, limit: int) -> Decoder:
    """Return the decoder of a Content-Encoding.

    Raises:
        PayloadRefused: a coding that is not taken, or several at once (CODING_REFUSED).
    """
    name = coding.strip().lower()
    if name in {"", "identity"}:
        return _Plain(limit)
    if name in {"gzip", "x-gzip"}:
        return _Gzip(limit)
    raise PayloadRefused(NoticeCode.CODING_REFUSED)


class _Plain:
    def __init__(self, limit: int) -> None:
        self._left = limit

    def feed(self, chunk: bytes) -> bytes:
        self._left -= len(chunk)
        if self._left < 0:
            raise PayloadRefused(NoticeCode.OVERSIZED_PAYLOAD)
        return chunk

    def finish(self) -> None:
        """Nothing: whoever counts the bytes on the wire sees an early end."""


class _Gzip:
    def __init__(self, limit: int) -> None:
        self._left = limit
        self._inflate = zlib.decompressobj(_GZIP)
        self._fed = False

    def feed(self, chunk: bytes) -> bytes:
        self._fed = self._fed or bool(chunk)
        parts = []
        while chunk:
            if self._inflate.eof:  # a further member, as some servers write
                self._inflate = zlib.decompressobj(_GZIP)
            try:
                part = self._inflate.decompress(chunk, self._left + 1)
            except zlib.error:
                part = None
            if part is None:
                raise PayloadRefused(NoticeCode.CODING_REFUSED)
            self._left -= len(part)
            if self._left < 0:
                raise PayloadRefused(NoticeCode.OVERSIZED_PAYLOAD)
            parts.append(part)
            chunk = self._inflate.unconsumed_tail or self._inflate.unused_data
        return b"".join(parts)

    def finish(self) -> None:
        if self._fed and not self._inflate.eof:
            raise PayloadRefused(NoticeCode.TRUNCATED_ANSWER)
