"""Says what stands on both sides of each place in a token, for the model of glued words.

In: one token as it was typed, ASCII letters and digits alone. Out: for each place between two of
its characters, names of features: known words that end, begin or reach over there, characters and
capitals beside it. Digits are told apart by nothing but their number. It must never look beyond
the token, for a token is judged once and kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pipeline.redact.names.facts import Kind, name_facts
from pipeline.redact.names.gazetteers import word_zipfs
from pipeline.redact.parting import SHORT_PIECES, SURE
from pipeline.redact.vocabulary import vocabulary

__all__ = ["kind_of", "place_features"]

_LONGEST_PIECE = 14
_LONGEST_TOLD, _LONGEST_RUN, _NEAREST = 8, 8, 4
_BESIDE = (1, 2, 3, 4)
_DIGIT = re.compile(r"\d")
# log10 of uses in 10^9 words.
_LEAST, _LEAST_OF_THREE, _LEAST_OF_TRADE = 3.0, 5.5, 4.5
_NAMED = (Kind.NAME, Kind.MOSTLY_NAME)
_WORDS = (Kind.WORD, Kind.MOSTLY_WORD)

Known = tuple[int, str]


@lru_cache(maxsize=1 << 16)
def kind_of(piece: str) -> str:
    """Return F for what glues sentences, V of the vocabulary, N a name, W a word, or nothing."""
    if piece in SURE or piece in SHORT_PIECES:
        return "F"
    if len(piece) < 3 or not piece.isalpha():
        return ""
    zipf = word_zipfs().get(piece, 0.0)
    if len(piece) == 3:
        usual = "V" if piece in vocabulary() and zipf >= _LEAST_OF_TRADE else "W"
        return usual if usual == "V" or zipf >= _LEAST_OF_THREE else ""
    if piece in vocabulary():
        return "V"
    kind = name_facts(piece).kind
    if kind in _NAMED:
        return "N"
    return "W" if kind in _WORDS and zipf >= _LEAST else ""


def place_features(typed: str) -> list[list[str]]:
    """Return the features of each inner place of a token, from the first on."""
    begin, end, over = _known(typed.lower())
    shape = _DIGIT.sub("0", typed.lower())
    signs = [_sign(each) for each in typed]
    case = "U" if typed.isupper() else "l" if typed.islower() else "M"
    return [
        [
            *_of_words(at, len(typed), begin, end, over),
            *_of_characters(at, shape),
            f"t{''.join(signs[max(0, at - 2) : at])}|{''.join(signs[at : at + 2])}",
            f"u{signs[at - 1]}{signs[at]}{case}",
            *_of_digits(at, signs),
        ]
        for at in range(1, len(typed))
    ]


def _known(word: str) -> tuple[list[list[Known]], list[list[Known]], list[Known]]:
    """Return the known words that begin and that end at each place, and the longest over it."""
    size = len(word)
    begin: list[list[Known]] = [[] for _ in range(size + 1)]
    end: list[list[Known]] = [[] for _ in range(size + 1)]
    over: list[Known] = [(0, "")] * (size + 1)
    for first in range(size):
        for last in range(first + 2, min(size, first + _LONGEST_PIECE) + 1):
            kind = kind_of(word[first:last])
            if kind:
                known = (last - first, kind)
                begin[first].append(known)
                end[last].append(known)
                for at in range(first + 1, last):
                    over[at] = max(over[at], known, key=lambda each: each[0])
    return begin, end, over


def _of_words(
    at: int,
    size: int,
    begin: Sequence[Sequence[Known]],
    end: Sequence[Sequence[Known]],
    over: Sequence[Known],
) -> list[str]:
    left, right = max(end[at], default=(0, "")), max(begin[at], default=(0, ""))
    long_left, long_right = min(left[0], _LONGEST_TOLD), min(right[0], _LONGEST_TOLD)
    long_over = min(over[at][0], _LONGEST_TOLD)
    found = [
        f"L{long_left}{left[1]}",
        f"R{long_right}{right[1]}",
        f"C{long_over}{over[at][1]}",
        f"LR{long_left}{left[1]}{long_right}{right[1]}",
        f"LRC{min(long_left, 5)}{min(long_right, 5)}{min(long_over, 6)}",
        f"s{min(at, _NEAREST)}",
        f"e{min(size - at, _NEAREST)}",
    ]
    if left[0] == at:
        found.append(f"LS{left[1]}{long_left}")
    if right[0] == size - at:
        found.append(f"RE{right[1]}{long_right}")
    if any(kind == "F" for _, kind in end[at]):
        found.append("LF")
    if any(kind == "F" for _, kind in begin[at]):
        found.append("RF")
    if left[0] and (left[0] == at or end[at - left[0]]):
        found.append("LL")
    if right[0] and (at + right[0] == size or begin[at + right[0]]):
        found.append("RR")
    return found


def _of_characters(at: int, shape: str) -> list[str]:
    found = [f"m{shape[at - 1 : at + 1]}", f"n{shape[max(0, at - 2) : at + 2]}"]
    for size in _BESIDE:
        found.append(f"a{shape[at - size : at]}" if at >= size else f"a^{shape[:at]}")
        found.append(f"b{shape[at : at + size]}" if at + size <= len(shape) else f"b{shape[at:]}$")
    return list(dict.fromkeys(found))


def _of_digits(at: int, signs: Sequence[str]) -> list[str]:
    first = last = at
    while first and signs[first - 1] == "d":
        first -= 1
    while last < len(signs) and signs[last] == "d":
        last += 1
    if first == last:
        return []
    before, behind = min(at - first, _LONGEST_RUN), min(last - at, _LONGEST_RUN)
    return [f"g{before}:{behind}{'' if first else '^'}{'$' if last == len(signs) else ''}"]


def _sign(character: str) -> str:
    return "d" if character.isdigit() else "U" if character.isupper() else "l"
