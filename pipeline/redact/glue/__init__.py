"""Parts glued words that ``parting``'s lists do not part: ``mgrpatelwnts``, ``VICTNORMA``.

In: one token as it was typed. Out: where its pieces begin, or nothing. A small trained model
says how likely two words meet at a place; a place counts only beside a word that
glues sentences and is in no name. What is left between such words stays one piece: it must never
be cut where both halves could be a name's, and whether a piece may be shown is for recognizers and
``deny`` to say. It must never be trained on a text of a real call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from pipeline.redact.glue.features import kind_of
from pipeline.redact.glue.seamed import likely
from pipeline.redact.parting import SURE, between, is_telling, is_titled, is_whole
from pipeline.redact.vocabulary import vocabulary, word_set

__all__ = ["glued"]

_SHORTEST, _LONGEST = 5, 60
_LEAST, _LIKELY, _SURELY, _NEVER = 0.8, 0.9, 0.97, 2.0
_SURE_LETTERS, _SHORTEST_LEFT, _SHORTEST_SLIP, _CALLED = 3, 4, 5, 7
_WORDS = frozenset("FVW")
_TYPED = re.compile(r"[A-Za-z0-9]+")
# Of two and three letters: no name has them where words meet, as it may have key, son and may.
_SURE_SHORT = word_set(
    "rp pt vs yo adv sts sez clr ofc veh frm yof yom unk nfi hbd enr plt lic ssn dob oln apt cll"
    " blk req pls the was"
)
# Of four letters: no name ends or begins so, as it may with gone, cell and from.
_SURE_OF_FOUR = word_set(
    "acct advd advs cllr clrk drvr enrt etoh frnd kids male mngr ofcr reqd says subj susp unit vehs"
    " wife wntd"
)
_NEVER_BEGINS = word_set("rp frm plt nbr blk clr dtr ofc")
# A quick no: without one of these nothing is parted.
_ANY = re.compile("|".join(sorted(SURE, key=len, reverse=True)) + r"|\d|is|at|on|in|of|to|as|cb|ph")


@lru_cache(maxsize=1 << 15)
def glued(typed: str) -> tuple[int, ...]:
    """Return the offsets at which the second and each further piece begins; empty for one word.

    Raises:
        DetectorFailure: when the model is missing or damaged.
    """
    if not _SHORTEST <= len(typed) <= _LONGEST or not _TYPED.fullmatch(typed) or is_titled(typed):
        return ()
    word = typed.lower()
    if typed.isdigit() or not _ANY.search(word) or (typed.isalpha() and is_whole(word)):
        return ()
    chances = {at: chance for at, chance in enumerate(likely(typed), 1) if chance >= _LEAST}
    kept = _kept(word, chances)
    while len(kept) < len(chances):
        chances, kept = kept, _kept(word, kept)
    return tuple(kept) if _glues(between(word, kept)) else ()


def _glues(pieces: Sequence[str]) -> bool:
    """Return whether a piece is surely no name's, or all are known words and one is long.

    Else it may be one name, of which short words would be shown: atkisson, mommen, barakgone.
    """
    sure = any(piece.isdigit() or piece in _SURE_OF_FOUR for piece in pieces)
    if sure or pieces[0] in _NEVER_BEGINS:
        return True
    known = all(len(piece) >= _SURE_LETTERS and kind_of(piece) in _WORDS for piece in pieces)
    return any(len(piece) > _SHORTEST_LEFT and (known or _is_sure(piece)) for piece in pieces)


def _kept(word: str, chances: Mapping[int, float]) -> dict[int, float]:
    pieces = between(word, chances)
    return {
        place: chance
        for (place, chance), (left, right) in zip(chances.items(), pairwise(pieces), strict=True)
        if chance >= _needed(left, right)
    }


def _needed(left: str, right: str) -> float:
    """Return how likely a seam must be; beyond 1 where both pieces could be a name's."""
    if left.isdigit() or right.isdigit():
        # "mango77" is a password, "cb5550143" a number with what it is.
        letters, digits = (right, left) if left.isdigit() else (left, right)
        known = bool(kind_of(letters)) and len(digits) >= _CALLED
        return _LIKELY if known or _is_sure(letters) else _NEVER
    if any(len(piece) < _SHORTEST_LEFT and not kind_of(piece) for piece in (left, right)):
        return _NEVER
    sure = [piece for piece in (left, right) if _is_sure(piece)]
    if sure:
        return _LEAST if max(map(len, sure)) > _SURE_LETTERS else _LIKELY
    return _needed_beside_two(_kind_beside(left), _kind_beside(right))


def _kind_beside(piece: str) -> str:
    """Return the kind of a piece; three letters are too often the beginning of a name."""
    kind = kind_of(piece)
    return kind if kind == "F" or len(piece) > _SURE_LETTERS else ""


def _needed_beside_two(left: str, right: str) -> float:
    """Return the same for kinds of pieces of which one has two letters, if any may be cut at all.

    A name often ends as such a word does, and seldom begins so.
    """
    if left == "F":
        return _LIKELY if right in {"F", "N", ""} else _SURELY
    if right == "F":
        return _LIKELY if left == "N" else _SURELY if left == "V" else _NEVER
    return _NEVER


@lru_cache(maxsize=1 << 14)
def _is_sure(piece: str) -> bool:
    if len(piece) <= _SURE_LETTERS:
        return piece in _SURE_SHORT
    return (
        piece in SURE
        or (piece in vocabulary() and is_telling(piece))
        or (
            len(piece) >= _SHORTEST_SLIP
            and not kind_of(piece)  # a feather is no father
            and not _lost(piece).isdisjoint(_sure_lost())
        )
    )


@cache
def _sure_lost() -> frozenset[str]:
    return frozenset().union(*(_lost(each) for each in SURE if len(each) > _SHORTEST_SLIP))


def _lost(word: str) -> frozenset[str]:
    """Return a word, and what is left of it when one letter is lost."""
    return frozenset([word, *(word[:at] + word[at + 1 :] for at in range(len(word)))])
