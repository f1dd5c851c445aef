"""Parts words that were typed without the spaces between them: ``rptonymartinezsts``.

In: one token in lower case. Out: where its pieces begin, or nothing when it is not surely several
words in one. A piece is a known word, a known name, a number, or what is left between words that
no name begins or ends with; nothing else is cut, because half a name would then stand for a word.
Whether a piece may be shown is for recognizers and ``deny`` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from pipeline.redact.names.cues import SAYING
from pipeline.redact.names.facts import Kind, name_facts
from pipeline.redact.names.gazetteers import dictionary_words, word_zipfs
from pipeline.redact.names.lexicon import is_inflected
from pipeline.redact.names.slips import is_slip
from pipeline.redact.vocabulary import vocabulary, word_set

__all__ = ["SHORT_PIECES", "SURE", "between", "is_telling", "is_titled", "is_whole", "parted"]

_SHORTEST, _LONGEST = 6, 60
_LONGEST_PIECE = 14
_LONGEST_NAME = 12
_ALNUM = re.compile(r"[a-z0-9]+")
# "she is at18 Harvard": a house, an age or a door glued to what stands before it.
_BEFORE_DOOR = re.compile(r"(?P<v>at|of|is|apt)\d{1,3}[a-z]?")
_RUNS = re.compile(r"\d{1,2}(?:st|nd|rd|th)(?=[a-z]{3}|\Z)|[a-z]+|[0-9]+")
_ORDINAL = re.compile(r"\d{1,2}(?:st|nd|rd|th)")
# A unit's doing and its time.
_TIMED = re.compile(
    r"(?P<v>clr|clrd|cleared|lft|left|gone|at|os|enrt|arr|arrvd|avail|ok|onscn|scn|til|since|by"
    r"|after|done|notified|advsd)(?:[01]\d|2[0-3])[0-5]\d"
)
_NAMED = (Kind.NAME, Kind.MOSTLY_NAME)

# Two letters, or three, are a piece only if they are one of these.
_TWO = word_set(
    "ph cb id st rd dr ln pl ct yo vs in on at to of is it by no up an be he we my as or so do if "
    "me us rp pt nb sb"
)
_THREE = word_set(
    "adv and any apt are bat bed boy but can car cel cll cop did dob dog dui eta for fri got "
    "gun had has her him his hit hot hse ind its jst jus kid let lic loc lot man may med mic "
    "mom mon nbr not now off old oln one out pin plt poss req rms row rpt sat say sez she sis ssn "
    "sts sub sun tag tel the thu too tue two unk unt veh via vic vin was wed who wnt wth you dad "
    "etoh near son yof yom yoa drv pax trk gry blk wht blu grn slv frm occ dor nfi dtr ofc min mag "
    "pls enr asa acc veh ppl occ pts eng flr req inj ofc hbd lft rite"
)
# A name is glued to what is said of a person, or to what joins words.
_SAID = (
    _TWO
    | _THREE
    | word_set(
        "advs advises brother caller clerk cllr compl daughter driver drvr father friend from frnd "
        "nurs sistr clrk clerk wife neighbr "
        "husband mngr mother neighbor nurse ofcr officer oprtr patient says seen sister states "
        "student subj susp suspect victim wife with witness"
    )
)
_TELLING = frozenset(each for each in SAYING if len(each) > 4) | word_set(
    "any are but for from had has her him his not now off out per she the unk who"
)
_TELLING |= word_set(
    "with you adv sts veh vehs unk subj susp susps poss req reqd enrt occ pls nfi ppl pts rp pt vs"
    " eng kids male males female caller driver thrown hurt injured pulled airbag airbags"
)
_VERBS = frozenset("adrs")
_GLUED_SUFFIXES = word_set("st rd dr ln ct pl")
# These stand before numbers.
_CUES = word_set(
    "apt ssn dob oln lic tel vin tag plt pin cod code age cell unit lot yo yoa yof yom"
)
# No name begins with one of the first, or ends with one of the second.
_FRONT = word_set(
    "rp caller callr cllr susp suspect subj victim driver drvr wife nghbr neighbor officer ofcr"
    " oprtr student stdnt lives livs acct ssn oln gatecode email snapchat plate phone"
)
# Typed with what they open, these are no half of a name: pascode, lighthouse9.
_SECRETS = word_set("pascode passcode passcod password pasword passwrd")
_BACK = word_set(
    "says sez sts states adv advs advd advises wntd wanted called dob ssn oln phone plate from with"
)
_SHORTEST_LEFT = 4
_LONG_NUMBER = 7
_SMALL_NUMBER = 3

SHORT_PIECES = _TWO | _THREE
"""Two and three letters that are a word by themselves."""
SURE = (_SAID - _TWO) | _TELLING | _FRONT | _BACK | _CUES
"""What stands beside a name but is in none: says, caller, victim, phone."""

# log10 of odds against. A piece costs something for itself, so that few long ones win.
_PIECE = 3.0
_COMMONEST = 7.5
_MOST_OF_VOCABULARY = 3.0
_NAME, _RARER = 4.5, 0.7
_SHORT = 4.0
_LEAST_OF_THREE, _LEAST_OF_TRADE, _LEAST = 5.5, 4.8, 3.3
# What may be paid for a letter.
_DEAREST = 1.5


@lru_cache(maxsize=1 << 15)
def parted(word: str) -> tuple[int, ...]:
    """Return the offsets at which the second and each further piece begins; empty for one word."""
    if len(word) < _SHORTEST:
        found = _BEFORE_DOOR.fullmatch(word)
        return (found.end("v"),) if found else ()
    if not (len(word) <= _LONGEST and _ALNUM.fullmatch(word)):
        return ()
    if not word.isalpha():
        found = _TIMED.fullmatch(word)
        return (found.end("v"),) if found else _mixed(word)
    if is_whole(word):
        return ()
    cuts = _cuts(word)
    pieces = between(word, cuts)
    if _names_one(pieces) or _tells(pieces):
        return cuts
    return _shelled(word)


def between(word: str, cuts: Iterable[int]) -> list[str]:
    """Return the pieces of a word that is cut at these offsets, all of it."""
    return [word[start:end] for start, end in pairwise((0, *cuts, len(word)))]


def is_titled(typed: str) -> bool:
    """Return whether a token has one capital, its first: rather a name than words glued."""
    return typed.istitle() and len(typed) <= _LONGEST_NAME


def is_whole(word: str) -> bool:
    """Return whether a token in small letters is one word: a name, a word, or a slip of one."""
    return (
        name_facts(word).kind is not Kind.UNKNOWN
        or word in dictionary_words()
        or is_inflected(word)
        or is_slip(word)
    )


def _names_one(pieces: list[str]) -> bool:
    """Return whether a name is glued to a word that is said of people; two words may be a place."""
    if len(pieces) == 2 and len(pieces[1]) == 2 and pieces[1] not in _GLUED_SUFFIXES:
        # Calverton is no Calvert that is on something.
        return False
    said = any(piece in _SAID for piece in pieces)
    return said and any(name_facts(piece).kind in _NAMED for piece in pieces)


def _tells(pieces: list[str]) -> bool:
    """Return whether dispatch words are glued, one of which is in no name of a place."""
    return (
        len(pieces) > 1
        and vocabulary().issuperset(pieces)
        and (len(pieces) > 2 or any(is_telling(piece) for piece in pieces))
    )


def is_telling(piece: str) -> bool:
    """Return whether a dispatch word is of no name: one for telling, or of something going on."""
    going = len(piece) > _SHORTEST and piece.endswith(("ing", "ed")) and is_inflected(piece)
    return piece in _TELLING or going or _is_verb(piece)


def _is_verb(piece: str) -> bool:
    classes = dictionary_words().get(piece, "")
    return bool(classes) and _VERBS.issuperset(classes)


def _mixed(word: str) -> tuple[int, ...]:
    """Cut letters from digits where the letters are known; unknown ones stay with their digits."""
    cuts: set[int] = set()
    for found in _RUNS.finditer(word):
        run = found.group()
        inner = _inner(run) if run.isalpha() else () if _ORDINAL.fullmatch(run) else None
        if inner is not None:
            cuts |= {found.start(), found.end(), *(found.start() + cut for cut in inner)}
    cut = tuple(sorted(cuts - {0, len(word)}))
    pieces = [piece for piece in between(word, cut) if piece.isalpha()]
    sure = (
        _names_one(pieces)
        or any(piece in _CUES for piece in pieces)
        or any(piece in _FRONT or piece in _BACK for piece in pieces)
        or (_called(word) and any(len(piece) >= _SHORTEST_LEFT for piece in pieces))
        or (_counts(word) and bool(pieces) and vocabulary().issuperset(pieces))
        or _amid(word, pieces)
    )
    return cut if sure else ()


def _amid(word: str, pieces: list[str]) -> bool:
    """Return whether small numbers stand before words that are none of a name: ``crew90min``.

    A word with digits behind it alone is rather a code.
    """
    return (
        word[-1].isalpha()
        and all(len(run) <= _SMALL_NUMBER for run in _RUNS.findall(word) if run.isdigit())
        and any(len(piece) >= _SHORTEST_LEFT for piece in pieces)
        and vocabulary().issuperset(pieces)
    )


def _counts(word: str) -> bool:
    """Return whether the only digits are a small number at the beginning: ``2malesfled``."""
    digits = [run for run in _RUNS.findall(word) if not run.isalpha()]
    small = len(digits) == 1 and (len(digits[0]) < 3 or not digits[0].isdigit())
    return small and word.startswith(digits[0])


def _called(word: str) -> bool:
    """Return whether a telephone number or a longer one is among the digits."""
    return any(run.isdigit() and len(run) >= _LONG_NUMBER for run in _RUNS.findall(word))


def _inner(run: str) -> tuple[int, ...] | None:
    """Return the cuts within letters that stand beside digits, or None when they are unknown."""
    if _cost(run) is not None:
        return ()
    return _cuts(run) or _shelled(run) or None


def _shelled(word: str) -> tuple[int, ...]:
    """Cut off what no name begins or ends with; what is left is no word that is known."""
    start, end = 0, len(word)
    for piece in _FRONT:
        if word.startswith(piece):
            start = max(start, len(piece))
    for piece in _BACK:
        if word.endswith(piece):
            end = min(end, len(word) - len(piece))
    if end - start < _SHORTEST_LEFT:
        return ()
    return tuple(cut for cut in (start, end) if 0 < cut < len(word))


def _cuts(word: str) -> tuple[int, ...]:
    """Return the cheapest cuts into known pieces, or none when even they cost too much."""
    costs, starts = [0.0], [0]
    for end in range(1, len(word) + 1):
        cost, start = min(_ways(word, end, costs), default=(float("inf"), 0))
        costs.append(cost)
        starts.append(start)
    if costs[-1] > _DEAREST * len(word):
        return ()
    cuts: list[int] = []
    at = starts[-1]
    while at:
        cuts.append(at)
        at = starts[at]
    return tuple(reversed(cuts))


def _ways(word: str, end: int, costs: list[float]) -> Iterator[tuple[float, int]]:
    for start in range(max(0, end - _LONGEST_PIECE), end):
        cost = _cost(word[start:end])
        if cost is not None:
            yield costs[start] + cost, start


@lru_cache(maxsize=1 << 16)
def _cost(piece: str) -> float | None:
    zipf = word_zipfs().get(piece, 0.0)
    if len(piece) < 4:
        if piece in (_TWO if len(piece) < 3 else _THREE):
            return _SHORT
        least = _LEAST_OF_TRADE if piece in vocabulary() else _LEAST_OF_THREE
        usual = len(piece) == 3 and zipf >= least
        return _PIECE + _COMMONEST - zipf if usual else None
    if piece in _SECRETS:
        return _PIECE
    if piece in vocabulary():
        return _PIECE + min(_COMMONEST - zipf, _MOST_OF_VOCABULARY)
    facts = name_facts(piece)
    if facts.kind in (Kind.WORD, Kind.MOSTLY_WORD) and zipf >= _LEAST:
        return _PIECE + _COMMONEST - zipf
    named = facts.given or facts.surname
    return _PIECE + _NAME + (4 - facts.name_rank) * _RARER if named else None
