"""Text that belongs in the vault, in a wrapper that refuses to leave by accident.

A ``Sensitive`` value cannot be printed, formatted, pickled, iterated, or turned into JSON; its
``repr`` is one fixed marker that tells neither the text nor its length. The one way to the text is
:meth:`Sensitive.expose`, so that a search for ``.expose(`` lists every place that touches private
text. This module must never log, and never offer a second way out.
"""

from __future__ import annotations

import hmac
from typing import Any, NoReturn

__all__ = ["Sensitive", "SensitiveLeak"]

_MARKER = "Sensitive(***)"


class SensitiveLeak(TypeError):
    """Raised when code tries to turn a :class:`Sensitive` into text, bytes or a pickle."""


class Sensitive:
    """One private string. Equal by content, hashable, immutable, and silent.

    ``bool(value)`` says whether there is any text. No other operation of ``str`` is offered.
    """

    __slots__ = ("_text",)
    _text: str

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError("Sensitive wraps a str")
        _hold(self, text)

    def expose(self) -> str:
        """Return the private text. Callers keep it inside the vault's side of the walk."""
        return self._text

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("Sensitive is immutable")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("Sensitive is immutable")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sensitive):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(*_BYTES), other._text.encode(*_BYTES))

    def __hash__(self) -> int:
        return hash((Sensitive, self._text))

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return _MARKER

    def __str__(self) -> NoReturn:
        raise SensitiveLeak("a Sensitive value was converted to text; use a redacted type")

    def __format__(self, spec: str) -> NoReturn:
        raise SensitiveLeak("a Sensitive value was formatted; use a redacted type")

    def __bytes__(self) -> NoReturn:
        raise SensitiveLeak("a Sensitive value was converted to bytes; use the vault")

    def __iter__(self) -> NoReturn:
        raise SensitiveLeak("a Sensitive value was iterated; use a redacted type")

    def __getstate__(self) -> NoReturn:
        raise SensitiveLeak("a Sensitive value's state was read; only the vault stores it")

    def __reduce__(self) -> NoReturn:
        raise SensitiveLeak("a Sensitive value was pickled; only the vault stores private text")

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise SensitiveLeak("a Sensitive value was pickled; only the vault stores private text")

    def __copy__(self) -> Sensitive:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Sensitive:
        return self


# The slot's own way of being set, which is faster than looking it up; every text of a feed is held.
_hold = Sensitive.__dict__["_text"].__set__

# Feeds may hold lone surrogates after lenient decoding; comparing must not raise on them.
_BYTES = ("utf-8", "surrogatepass")
