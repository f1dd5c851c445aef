"""Joins the three votes into one proposal, and says whether people must look.

In go a code and a text, either may be missing, and calls of the code; out comes a ``Proposal`` with
three types. Accepted is only what all votes agree on, none of them weakly, and is not sensitive.
Sensitive is the safe or: any type proposed, any word of the reviewed list, a call of it, or not
knowing. Never lower that: calls may choose among types, and raise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from pipeline.classify.apco import apco_codes
from pipeline.classify.taxonomy import taxonomy
from pipeline.classify.types.model import TypeModel, load_model
from pipeline.classify.types.neighbours import Mapped, Neighbour, Neighbours
from pipeline.classify.types.rows import Rows, row_votes
from pipeline.classify.types.rules import (
    code_votes,
    covers_patients,
    flavours_of,
    has_unread_suffix,
    is_signal,
    lexical_votes,
    weight_of,
    without_asides,
    without_signal,
)
from pipeline.classify.types.words import (
    LIGHT,
    is_dispatch_words,
    is_guessed,
    is_known_word,
    plain_words,
    siblings,
)
from pipeline.model import Policy, Tier

__all__ = ["Proposal", "Proposer", "names_a_type", "proposer", "says_what"]

_LEXICAL_LOW, _LEARNED_LOW, _NEAR_LOW = 0.6, 0.35, 0.6
_LEXICAL, _LEARNED, _NEAR, _TOLD_BY_CALLS = 1.0, 0.7, 0.6, 0.6
_SUPPORT = 0.3  # below this a second or third type is a filler, not a suspicion
_HINT = 0.15  # below this a type's own votes say less than what people confuse
_RIVAL = 0.5  # a sensitive type this near the best, or nearer, is a suspicion
_UNCERTAIN = 0.45
_PHRASE, _GUESS = 0.3, 0.95  # a phrase explaining less, a model less sure, know nothing
_UNREAD = 0.4  # a larger share of words in no list may say anything
_BOOKS = frozenset(("signal", "pc", "vc", "hs", "bp", "wi", "wic", "cvc"))
_WHOLE = 0.9  # a phrase explaining so much leaves no word that could be a name
_PLAIN = 0.5  # of what calls tell: so much of another type denies what votes agree on
_TOLD = 0.4  # a text that phrases explain so far needs no code
_NOTHING = "TROUBLE"  # what nobody can tell is trouble of unknown kind, tier S3


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Three types for one call type, best first.

    ``confidence`` is 0 to 1; ``tier`` is the best type's. ``reasons`` say in plain words who voted
    for what; they may quote the call type's mapped neighbours but never record text.
    """

    apco: tuple[str, str, str]
    tier: Tier
    sensitive: bool
    accepted: bool
    confidence: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Votes:
    lexical: Mapping[str, float]
    codes: Mapping[str, float]
    learned: Mapping[str, float]
    guess: tuple[str, float]
    near: Mapping[str, Neighbour]
    calls: Mapping[str, float]

    def score(self, apco: str) -> float:
        likeness = self.near[apco].likeness if apco in self.near else 0.0
        lexical = max(self.lexical.get(apco, 0.0), self.codes.get(apco, 0.0))
        told = _LEXICAL * lexical + _LEARNED * self.learned.get(apco, 0.0) + _NEAR * likeness**2
        return told + _TOLD_BY_CALLS * self.calls.get(apco, 0.0)

    def scores(self, types: Iterable[str]) -> dict[str, float]:
        """Return the score of each type; most have the model's share alone."""
        found = dict.fromkeys(types, 0.0)
        found.update((apco, _LEARNED * share) for apco, share in self.learned.items())
        for apco in {*self.lexical, *self.codes, *self.near, *self.calls}:
            found[apco] = self.score(apco)
        return found

    def unsure(self) -> bool:
        """Return whether no vote knows: no phrase, no code, nothing alike, and a weak guess."""
        lexical, learned = _first(self.lexical)[1], self.guess[1]
        near = max((each.likeness for each in self.near.values()), default=0.0)
        if self.codes and (not self.learned or max(self.codes.values()) > 0.5):
            return False
        return lexical < _PHRASE and near < _NEAR_LOW and learned < _GUESS

    def agreed(self) -> str | None:
        """Return the type all three put first, none weakly, where calls tell of no other."""
        lexical, learned = _first(self.lexical), self.guess
        near = _first({apco: each.likeness for apco, each in self.near.items()})
        strong = lexical[1] >= _LEXICAL_LOW and learned[1] >= _LEARNED_LOW and near[1] >= _NEAR_LOW
        alone = sum(share == lexical[1] for share in self.lexical.values()) == 1
        if not (strong and alone and lexical[0] == learned[0] == near[0]):
            return None
        told = _first(self.calls)[1]
        denied = told >= _PLAIN and self.calls.get(lexical[0], 0.0) < told / 2
        return None if denied else lexical[0]


class Proposer:
    """Votes on call types under one policy."""

    def __init__(self, policy: Policy, model: TypeModel, neighbours: Neighbours) -> None:
        """Keep what the votes need."""
        self._model, self._neighbours = model, neighbours
        self._tiers = {
            code: policy.categories[row.category].tier for code, row in apco_codes().items()
        }

    def propose(self, code: str, text: str, rows: Rows | None = None) -> Proposal:
        """Return the proposal for one call type; both parts empty is a proposal of nothing sure.

        ``rows`` are calls of it: they count among the types, and any signal in one raises it.
        """
        whole = _joined(code, text)
        votes = self._votes(code, text, whole)
        ranked = self._ranked(votes)
        why = self._why_sensitive(whole, votes, ranked)
        if rows is not None and (rows.texts or rows.raised):
            votes = replace(votes, calls=row_votes(rows.texts))
            ranked = self._ranked(votes)
            why = tuple(dict.fromkeys((*why, *self._why_of_calls(ranked, rows))))
        agreed = votes.agreed()
        sure = votes.score(ranked[0])
        return Proposal(
            apco=(ranked[0], ranked[1], ranked[2]),
            tier=self._tiers[ranked[0]],
            sensitive=bool(why),
            accepted=agreed == ranked[0] and not why,
            confidence=round(min(1.0, sure / (_LEXICAL + _LEARNED)), 3),
            reasons=(*_reasons(votes), *why),
        )

    def _why_of_calls(self, ranked: list[str], rows: Rows) -> list[str]:
        """Return what calls add to the reasons for being sensitive."""
        why = [f"sensitive: may be {apco}" for apco in ranked if self._tiers[apco] is Tier.S3]
        return why + [f"sensitive: calls of it raise {signal}" for signal in rows.raised]

    def _votes(self, code: str, text: str, whole: str) -> _Votes:
        whole = without_asides(without_signal(text.strip() if _explains(text) else whole))
        words = plain_words(whole)
        worded = bool(_said(words))
        learned = self._model.votes(whole) if worded else {}
        return _Votes(
            lexical=lexical_votes(words),
            codes=code_votes(f"{code} {text}"),
            learned=learned,
            guess=_first(learned),
            near=self._neighbours.votes(whole) if worded else {},
            calls={},
        )

    def _ranked(self, votes: _Votes) -> list[str]:
        """Return three types, best first; a sensitive one is no filler: it needs support."""
        # Negative, so that the best comes first and types of one score by their names.
        scored = sorted((-score, apco) for apco, score in votes.scores(self._tiers).items())
        best = -scored[0][0]
        if best < _SUPPORT:
            return [_NOTHING, *(apco for _, apco in scored[:3] if apco != _NOTHING)][:3]
        enough = max(_SUPPORT, _RIVAL * best)
        ranked = [apco for score, apco in scored[:3] if -score >= enough]
        hinted = (apco for score, apco in scored if -score >= _HINT)
        near = siblings().get(ranked[0], ())
        for apco in chain(hinted, near, (apco for _, apco in scored)):
            if len(ranked) == 3:
                break
            if apco not in ranked and (best < _UNCERTAIN or self._fills(apco, ranked[0])):
                ranked.append(apco)
        return ranked

    def _fills(self, apco: str, best: str) -> bool:
        """Return whether a type nobody voted for may stand beside ``best``: it raises nothing."""
        return self._tiers[apco] is not Tier.S3 or self._tiers[best] is Tier.S3

    def _tells(self, apco: str) -> bool:
        """Return whether a type is never told, or says something about somebody by itself."""
        return self._tiers[apco] is Tier.S3 or bool(taxonomy()[apco].flavour.value)

    def _why_sensitive(self, whole: str, votes: _Votes, ranked: list[str]) -> tuple[str, ...]:
        why = [f"sensitive: {flavour}" for flavour in flavours_of(whole)]
        why += [f"sensitive: may be {apco}" for apco in ranked if self._tiers[apco] is Tier.S3]
        worded = max(votes.lexical.values(), default=0.0) >= _LEXICAL_LOW
        why += [
            f"sensitive: its number may be {apco}"
            for apco, sure in votes.codes.items()
            if self._tells(apco) and (sure > 0.5 or not worded)
        ]
        if has_unread_suffix(whole) and not worded:
            why.append("sensitive: letters behind its number may tell more")
        if not votes.codes and not _said(plain_words(whole)):
            why.append("sensitive: nothing is said")
        if _unread_share(_told(whole)) > _UNREAD:
            why.append("sensitive: a word of it is in no list")
        if is_guessed(whole):
            why.append("sensitive: a part of its code is guessed")
        if is_signal(whole) and not self._plainly_told(votes, ranked):
            why.append("sensitive: a numbered signal means something else in every region")
        if covers_patients(whole):
            why.append("sensitive: its card is medical or holds assaults")
        if votes.unsure():
            why.append("sensitive: nothing is sure")
        return tuple(dict.fromkeys(why))

    def _plainly_told(self, votes: _Votes, ranked: list[str]) -> bool:
        """Return whether words beside a numbered signal say what it is, by words and model."""
        lexical, learned = _first(votes.lexical), votes.guess
        return lexical[1] >= _LEXICAL_LOW and lexical[0] == learned[0] == ranked[0]


def proposer(policy: Policy, mapped: Iterable[Mapped] = (), *, leave_out: str = "") -> Proposer:
    """Return a proposer over these mapped call types, but for those of agency ``leave_out``."""
    return Proposer(policy, load_model(), Neighbours(mapped, leave_out=leave_out))


def says_what(text: str) -> bool:
    """Return whether a text has a word that says what a call is, not only when or in which law."""
    return bool(_said(plain_words(text)))


def names_a_type(text: str) -> bool:
    """Return whether a text is what dispatchers call some type, and hardly anything more."""
    words = plain_words(text)
    whole = max(lexical_votes(words).values(), default=0.0) >= _WHOLE
    return whole and is_dispatch_words(text)


def _explains(text: str) -> bool:
    """Return whether a text says by itself what it is; a code beside it then says no more."""
    words = plain_words(without_signal(text))
    return bool(_said(words)) and max(lexical_votes(words).values(), default=0.0) >= _TOLD


def _said(words: Iterable[str]) -> list[str]:
    """Return the words that say what it is, not when, how or in which book of law."""
    quiet = LIGHT | _BOOKS
    return [word for word in words if word.isalpha() and len(word) > 1 and word not in quiet]


def _unread_share(text: str) -> float:
    """Return how much of what is said is in no list, by weight; no share of nothing."""
    said = _said(plain_words(without_signal(text)))
    unread = [word for word in said if not is_known_word(word)]
    return sum(map(weight_of, unread)) / (sum(map(weight_of, said)) or 1.0)


def _told(whole: str) -> str:
    """Return a call type without the code before its words, when the words say what it is."""
    code, _, text = whole.partition(" - ")
    return text if " " not in code and _explains(text) else whole


def _joined(code: str, text: str) -> str:
    """Return code and text as one, without saying the same twice."""
    code, text = code.strip(), text.strip()
    if not code or code.casefold() in text.casefold():
        return text
    return f"{code} {text}" if text else code


def _first(votes: Mapping[str, float]) -> tuple[str, float]:
    return max(votes.items(), key=lambda each: (each[1], each[0]), default=("", 0.0))


def _reasons(votes: _Votes) -> tuple[str, ...]:
    reasons = []
    if votes.lexical:
        apco, share = _first(votes.lexical)
        reasons.append(f"words: {apco} explains {share:.0%} of it")
    if votes.codes:
        apco, _ = _first(votes.codes)
        reasons.append(f"code: its number is {apco} in a known system")
    if votes.learned:
        apco, share = votes.guess
        reasons.append(f"model: {apco} at {share:.0%}")
    if votes.near:
        apco, likeness = _first({each: one.likeness for each, one in votes.near.items()})
        text = votes.near[apco].mapped.text
        reasons.append(f"mapped before: {apco} for {text!r}, {likeness:.0%} alike")
    if votes.calls:
        apco, share = _first(votes.calls)
        reasons.append(f"calls: {apco}, {share:.0%} of what they tell")
    return tuple(reasons)
