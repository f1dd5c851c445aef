"""Parts words typed without spaces where a capital shows the seam: ``neighTimoSaysno``.

In: one token as it was typed. Out: where its pieces begin, or nothing for one word. A seam is a
capital behind small letters, or small letters behind several capitals. It must never part a name
that is written so (``DeShawn``, ``MacArthur``, ``O'Brien``): half of it would stand for a word.
Words without a capital inside are ``parting``'s.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from pipeline.redact.names.facts import Kind, name_facts
from pipeline.redact.names.gazetteers import dictionary_words
from pipeline.redact.parting import parted
from pipeline.redact.vocabulary import word_set

__all__ = ["seams"]

_LONGEST = 120
_TYPED = re.compile(r"[A-Za-z0-9]+")
_CAPITAL_INSIDE = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]{2}")
# Small letters up to a capital; fewer are as likely how a name begins.
_RISES = re.compile(r"(?<=[a-z]{3})(?=[A-Z])")
_FALLS = re.compile(r"(?<![A-Za-z])[A-Z]{2,}(?=[a-z]{2})|(?<=[a-z]{3})[A-Z]{2,}(?=[a-z]{2})")
_PREFIXES = word_set("mac fitz van von del des den dos las los saint san santa mont beau bel")
_SHORTEST = 4
_TWO = 2
_TELLERS = word_set("rp pt op co ro tx")
# Three letters before a capital are cut off when they are one of these.
_SHORT = word_set(
    "adv and any are but did for from had has her him his hit now off out per pls rpt said sez sts"
    " susp subj the vic was who wnt with comp call cllr frm ofc nbr mom dad"
    " tag plt lic cel ssn dob oln"
)


@lru_cache(maxsize=1 << 14)
def seams(typed: str) -> tuple[int, ...]:
    """Return the offsets at which the second and each further piece of a typed token begins."""
    if len(typed) > _LONGEST or not (_CAPITAL_INSIDE.search(typed) and _TYPED.fullmatch(typed)):
        return ()
    cuts = {place for found in _RISES.finditer(typed) if _parts(typed, place := found.start())}
    cuts |= {_fall(typed, *found.span()) for found in _FALLS.finditer(typed)}
    cuts -= {0, len(typed)}
    if not cuts:
        return ()
    return tuple(
        sorted(
            cuts
            | {
                start + cut
                for start, end in pairwise((0, *sorted(cuts), len(typed)))
                for cut in parted(typed[start:end].lower())
            }
        )
    )


def _parts(typed: str, place: int) -> bool:
    """Return whether what stands before a capital is a piece of its own."""
    before = re.search(r"[A-Z]?[a-z]+\Z", typed[:place])
    piece = before[0].lower() if before else ""
    if piece in _PREFIXES:
        return False
    return len(piece) >= _SHORTEST or piece in _SHORT or name_facts(piece).kind is Kind.NAME


def _fall(typed: str, start: int, end: int) -> int:
    """Return where small letters behind capitals begin their word: RPstates, RPHarvey; or 0."""
    found = re.match(r"[a-z]+", typed[end:])
    small = found[0] if found else ""
    if end - start > 1 and _is_known(typed[end - 1].lower() + small):
        return end - 1
    told = typed[start:end].lower() in _TELLERS
    return end if told or end - start > _TWO or _is_known(small) else 0


def _is_known(word: str) -> bool:
    return name_facts(word).kind is not Kind.UNKNOWN or word in dictionary_words()
