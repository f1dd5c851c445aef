"""Finds signs in free text that a call is too sensitive to be told; it may only raise.

In go texts of one call, out come sorted names of signals, never words of the texts. The lexicon
beside this module, ``signals.yml``, is a list of phrases made for review by people who read
dispatch text, not patterns: matching walks the words of a text once, so its time grows with the
text's length and nothing else. What carries no such phrase is weighed by ``judge``; ``verdict``
unites both. Call types are judged by ``gate``, not here.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby

from pipeline.classify.judge import WHOLE, judge, judge_version
from pipeline.classify.lexicon import Lexicon, read_lexicon, weighed_phrases
from pipeline.model import Entity

__all__ = ["found_phrases", "sensitive_signals", "signals_version", "words_of"]

# Letters of other alphabets that look Latin, as pasted text or an attempt to slip by has them.
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0455\u0458\u04bb\u0501\u051b\u051d\u043a"
    "\u043c\u0442\u043d\u0432\u03b1\u03b5\u03bf\u03c1\u03b9\u03ba\u03bd\u03c5\u03c7\u0131\u0261",
    "aeopcyxisjhdqwkmthvaeopiknyxig",
)
_FEWEST_WORDS = 4  # fewer are a code or a name; the judge has learnt sentences
# Words before and after a phrase that are weighed by themselves: about it; at arm's length
# ("suicide lane", not the line of a log beside it); and what is told of it behind such a line.
_WINDOWS = ((10, 10), (4, 4), (4, 10))
# Log-odds above where the judge raises, chosen with its bar, of whole situations held out.
_FEW_WORDS = 8  # of fewer the judge knows little: there a hint counts unless it leans against them
_AGAINST, _FOR = -1.1, 1.5  # of a hint: in few words, the text; in many, those about it
_FAR_AGAINST = -1.0  # of a name of an act: text or words; further, it found little and cost more
_ALWAYS, _NEVER = -math.inf, math.inf
_LEFT = (_NEVER, _NEVER)  # bars of a hint that is left to the judge, and so not weighed
_APOSTROPHE = re.compile("['\u2019\u2018\u02bc`\u00b4](?!d)")
_WORD = re.compile(r"[^\W\d_]+|\d+")
# What stands for something taken out, here or by another tool; "[DOMESTIC]" is no such thing.
_TAKEN_OUT = "|".join(
    sorted(
        {each.value for each in Entity}
        | {"NAME", "PHONE_NUMBER", "LOCATION", "DATE", "TIME", "DATE_TIME", "NUMBER", "REDACTED"},
        key=lambda name: (-len(name), name),
    )
)
_TAKEN = rf"({_TAKEN_OUT})(?:[ _-]?[0-9]{{1,3}})?"
_PLACEHOLDER = re.compile(rf"\[{_TAKEN}\]|<{_TAKEN}>")
_TELEPHONES = frozenset({"PHONE", "PHONE_NUMBER"})
_ANY_NUMBER = " 5550100 "  # as long as a telephone's, and no one's
_ANY_WORD = " qzxv "  # in no lexicon, no list of roles and no trait of the judge
_PLAIN_WORD = re.compile("[a-z]+|[0-9]+")  # the same for ASCII in small letters, in half the time


def sensitive_signals(texts: Iterable[str], *, told: bool = True) -> tuple[str, ...]:
    """Return the names of all signals the lexicon finds in any of ``texts``, sorted."""
    found = (found_phrases(words_of(text), told=told) for text in texts)
    return tuple(sorted({signal for phrases in found for signal, _ in phrases}))


def found_phrases(words: Sequence[str], *, told: bool = True) -> set[tuple[str, str]]:
    """Return signals found among ``words``, each with the phrase of the lexicon that found it.

    A hint is a finding in few words unless the judge leans against them, in what the judge reads as
    one only where it raises the text itself, and in a longer text where it is clearly for the words
    about the hint. A name of an act is none where the judge leans very clearly against text and
    words. In a call type, which nobody ``told``, a name always counts: the judge has learnt
    sentences.
    """
    spans = _lexicon().spans(words)
    bars = _bars(_of_hints(len(words)))
    sure = _ALWAYS if told else _FAR_AGAINST
    found = {each for each, _ in spans if bars.get(each, (_ALWAYS, _ALWAYS))[0] <= sure}
    weighed = [(e, span) for e, span in spans if e not in found and bars[e] != _LEFT]
    if weighed:
        whole = judge().margin(words) if len(words) >= _FEWEST_WORDS else 0.0
        found.update(each for each, span in weighed if _counts(bars[each], span, words, whole))
    joined = _joined(words)
    return found | _lexicon().find(joined) if len(joined) < len(words) else found


def _counts(bars: tuple[float, float], span: range, words: Sequence[str], whole: float) -> bool:
    """Return whether text or words about a phrase pass: a long log must not drown them."""
    return whole >= bars[0] or any(
        judge().margin_about(words, range(start, min(span.stop + after, len(words)))) >= bars[1]
        for before, after in _WINDOWS
        for start in (max(0, span.start - before),)
    )


def _of_hints(words: int) -> tuple[float, float]:
    """Return the bars of a hint in so many words."""
    if words < _FEW_WORDS:
        return _AGAINST, _NEVER
    return (_NEVER, _FOR) if words > WHOLE else _LEFT


@cache
def _bars(of_hints: tuple[float, float]) -> Mapping[tuple[str, str], tuple[float, float]]:
    """Return the phrases the judge may outweigh, with the bars of the text and of the words."""
    hints, names = weighed_phrases()
    bars = dict.fromkeys(hints, of_hints)
    return bars | dict.fromkeys(names, (_FAR_AGAINST, _FAR_AGAINST))


@cache
def signals_version() -> str:
    """Return the version of lexicon and judge in 8 hex digits each; part of every outcome."""
    lexicon = hashlib.sha256(files(__package__).joinpath("signals.yml").read_bytes())
    return f"{lexicon.hexdigest()[:8]}-{judge_version()}"


def words_of(text: str) -> list[str]:
    """Return the words in which texts and phrases are compared.

    Compatibility forms, case, accents, look-alike letters, invisible characters and punctuation
    are folded away; letters and digits are parted (``12yo`` is ``12 yo``); an apostrophe joins
    (``didn't`` is ``didnt``) except before a final d (``od'd`` is ``od d``). A placeholder of
    redaction is a word that says nothing, or a number where a telephone's stood.
    """
    if "[" in text or "<" in text:
        text = _PLACEHOLDER.sub(_said_nothing, text)
    if not text.isascii():
        return _WORD.findall(_APOSTROPHE.sub("", _plain(text).lower()))
    text = text.lower()
    if "'" in text or "`" in text:
        text = _APOSTROPHE.sub("", text)
    return _PLAIN_WORD.findall(text)


def _said_nothing(placeholder: re.Match[str]) -> str:
    return _ANY_NUMBER if (placeholder[1] or placeholder[2]) in _TELEPHONES else _ANY_WORD


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold().translate(_LOOKALIKES)
    return "".join(
        char for char in decomposed if not unicodedata.category(char).startswith(("M", "Cf"))
    )


def _joined(words: Sequence[str]) -> list[str]:
    """Join runs of three and more single letters: a word spelled out is still that word."""
    if list(map(len, words)).count(1) <= 2:
        return list(words)
    joined: list[str] = []
    for single, run in groupby(words, key=lambda word: len(word) == 1 and word.isalpha()):
        letters = list(run)
        joined.extend(["".join(letters)] if single and len(letters) > 2 else letters)
    return joined


@cache
def _lexicon() -> Lexicon:
    return read_lexicon(words_of)
