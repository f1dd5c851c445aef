"""Finds people and staff by what stands before them: roles, ranks, titles, keys of a page.

In: readings. Out: hits of PERSON and STAFF. Behind a word for a person only words that dispatch
does not use are a name, and ordinary words between or beside them where the writing says so. Names
without a trigger are ``names``'s and the sequence model's.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.model import Entity
from pipeline.redact.names.facts import Kind, name_facts
from pipeline.redact.names.lexicon import is_inflected
from pipeline.redact.names.slips import is_slip, near_common_name
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.people_words import (
    COLON_ONLY,
    FELL,
    FILLERS,
    KEYED,
    KEYS,
    LOOSE,
    NO_NAME,
    NOT_NAMES,
    PARTICLES,
    QUOTES,
    RANKS,
    ROLES,
    STAFF_LOOSE,
    TITLES,
)
from pipeline.redact.rules.walk import capital, gap, has_digit, word
from pipeline.redact.rules.walk import known as in_vocabulary

__all__ = ["PEOPLE_RULES", "name_span"]

_MOST = 4


def name_span(reading: Reading, place: int, *, tight: bool) -> tuple[int, int] | None:
    """Return the first and last token of a name that begins at ``place``, or None.

    A ``tight`` place, such as behind ``NAME:``, lets ordinary words with a capital be a name.
    """
    last, unknown = place - 1, 0
    for here in range(place, place + _MOST):
        if here > place and not _continues(reading, here - 1, tight=tight):
            break
        if here > place + 1 and gap(reading, here - 1)[:1] == ",":
            break
        kind = _kind(reading, here, tight=tight, first=here == place)
        if not kind:
            break
        unknown += kind == 2
        last = here
    while last >= place and word(reading, last) in PARTICLES and last > place:
        last -= 1
    if last < place or not (unknown or tight):
        return None
    return place, last


def _continues(reading: Reading, left: int, *, tight: bool) -> bool:
    between, before, after = gap(reading, left), word(reading, left), word(reading, left + 1)
    if between == "  ":
        # Two spaces are a column's end, where a key follows: "Sunniva Quill  Goes by: Sunny".
        return not _opens_key(reading, left + 1)
    if between in (" ", "-", "\u00a0", "'", "\u2019"):
        return True
    if between in (". ", ".") and len(before) <= 2:
        return True
    if between in (", ", ","):
        listed = not known(after) and after not in NO_NAME and capital(reading, left + 1)
        return listed and (tight or not known(before))
    if "\n" in between and _opens_key(reading, left + 1):
        return False
    return between.strip() in QUOTES and len(between) <= 2


def _opens_key(reading: Reading, place: int) -> bool:
    """Return whether a colon follows within three words: a page's key."""
    for here in range(place, min(place + 3, len(reading.tokens))):
        behind = gap(reading, here)
        if behind.lstrip(" .")[:1] in (":", "="):
            return True
        if behind != " ":
            return False
    return False


def _kind(reading: Reading, place: int, *, tight: bool, first: bool) -> int:
    """Return 2 for a word that is surely a name's, 1 for one that may stand in it, else 0."""
    said = word(reading, place)
    if not said or has_digit(said) or said in NOT_NAMES:
        return 0
    if len(said) == 1:
        after = gap(reading, place)
        return int(capital(reading, place) and (after[:1] in (".", " ", ",") or tight))
    if said in PARTICLES:
        return 1
    if said in ("may", "will") and word(reading, place + 1) in _HELPED:
        return 0
    if said == "id'd":
        return 0
    if said in NO_NAME:
        return int(
            tight and first and capital(reading, place) and _followed_by_name(reading, place)
        )
    if not known(said):
        return 0 if first and not tight and _is_mistyped(reading, place) else 2
    upright = capital(reading, place) and not reading.text.isupper()
    if first:
        return int(tight and (upright or _followed_by_name(reading, place)))
    return int(upright and _title_case(reading, place))


def _is_mistyped(reading: Reading, place: int) -> bool:
    """Return whether a word is an ordinary one mistyped or bent: ``rp hvaing``, ``subj puking``."""
    said, upright = word(reading, place), capital(reading, place)
    if upright and not reading.text.isupper():
        return False
    # What ends so is as often a surname: Sawyer, Fryer.
    if said.endswith("er") or near_common_name(said):
        return False
    return is_inflected(said) or is_slip(said)


def _title_case(reading: Reading, place: int) -> bool:
    token = reading.tokens[place]
    return not reading.text[token.start : token.end].isupper()


def _followed_by_name(reading: Reading, place: int) -> bool:
    after = word(reading, place + 1)
    return bool(after) and not known(after) and after.isalpha()


def _after(reading: Reading, place: int) -> tuple[int, str]:
    """Return the token where a name could begin behind the trigger, and the gap before it."""
    here, between = place + 1, gap(reading, place)
    steps = 0
    numbered = word(reading, here).isdigit() and len(word(reading, here)) == 1 and between == " "
    if numbered and gap(reading, here)[:1] in (":", ")"):
        # ``Susp 1: Boone``: the number belongs to the key.
        between, here = gap(reading, here).replace(")", ":"), here + 1
    if between == " " and word(reading, here) == "w" and gap(reading, here) == "/ ":
        between, here = " ", here + 1
    while word(reading, here) in FILLERS and not between.strip(" :=(") and steps < 3:
        between, here, steps = gap(reading, here), here + 1, steps + 1
    return here, between


def _loosely(between: str) -> bool:
    """Return whether the gap lets a trigger reach on."""
    return not between.strip(" :=/#.(\"'\u201c\u201d\u2018,-1234)\u00a0") and "\n" not in between


def known(said: str) -> bool:
    """Return whether a word is an ordinary one: of the vocabulary, or common and no name."""
    return in_vocabulary(said) or name_facts(said).kind is Kind.WORD


def known_key(said: str) -> bool:
    """Return whether a word is a key of pages rather than a name."""
    return said in KEYS or known(said)


def _person(reading: Reading, place: int) -> Iterable[Hit]:
    if reading.words[place] in _MIDDLE and gap(reading, place).strip() in (":", "="):
        said = word(reading, place + 1)
        if len(said) == 1 and said.isalpha():
            # Or the letter A would pass for a small word.
            token = reading.tokens[place + 1]
            span = token.start, token.end
            return (Hit(*span, Entity.PERSON, "person", 0.8, "initial after its key"),)
    return _named(reading, place, Entity.PERSON, "person", LOOSE, "name after a role")


def _titled(reading: Reading, place: int) -> Iterable[Hit]:
    return _named(reading, place, Entity.PERSON, "titled", frozenset(), "name after a title")


def _staff(reading: Reading, place: int) -> Iterable[Hit]:
    return _named(reading, place, Entity.STAFF, "staff", STAFF_LOOSE, "name after a rank")


def _named(
    reading: Reading, place: int, entity: Entity, rule: str, loose: frozenset[str], reason: str
) -> Iterable[Hit]:
    trigger = reading.words[place]
    if trigger in loose and _plainly_on(reading, place):
        return ()
    here, between = _after(reading, place)
    if not _loosely(between) or len(between) > 4 or here >= len(reading.tokens):
        return ()
    if between.startswith(". ") and _ends_a_sentence(reading, place, here):
        return ()
    if trigger == "by" and word(reading, place - 1) == "stand":
        return ()
    colon = between.strip()[:1] in (":", "=")
    if trigger in COLON_ONLY and not colon:
        return ()
    if trigger == "off" and word(reading, place - 1) in FELL:
        return ()
    if trigger in ("o", "p") and (
        gap(reading, place - 1) != "/" or word(reading, place - 1) != "r"
    ):
        return ()
    ranked = entity is Entity.STAFF and trigger not in loose and _upright(reading, place, here)
    tight = colon or ranked or trigger in _TIGHT
    said = word(reading, here)
    if (
        trigger in loose
        and not colon
        and (known(said) or not capital(reading, here) or len(said) < 3)
    ):
        return ()
    span = name_span(reading, here, tight=tight and said not in NOT_NAMES)
    last = _before_key(reading, span, entity) if span else here - 1
    if last < here:
        return ()
    cut = reading.tokens
    return (Hit(cut[here].start, cut[last].end, entity, rule, 0.8, reason),)


def _plainly_on(reading: Reading, place: int) -> bool:
    """Return whether a space and an ordinary word follow: ``CALLER STATES``; most often they do."""
    said = word(reading, place + 1)
    return gap(reading, place) == " " and said not in FILLERS and said != "w" and known(said)


def _ends_a_sentence(reading: Reading, place: int, here: int) -> bool:
    """Return whether a full stop before ``here`` is no abbreviation's: "in her name. Her phone"."""
    last = word(reading, here - 1)
    return len(last) > 5 or (here - 1 == place and last in _WHOLE)


_MIDDLE = frozenset(("mid", "middle"))
# A full stop behind these ends the sentence.
_WHOLE = frozenset(("name", "names", "named", "owner", "child", "girl", "host", "twins", "kids"))
# "RP may have": with a small word behind they help a verb.
_HELPED = frozenset(("be", "have", "has", "not", "need", "needs", "also", "want", "come", "go"))
_TIGHT = frozenset(("name", "named", "mr", "mrs", "ms", "miss", "aka"))


def _upright(reading: Reading, place: int, here: int) -> bool:
    """``Trooper Speed``: rank and name begin with capitals in a text that has small letters."""
    if reading.text.isupper() or not (capital(reading, place) and capital(reading, here)):
        return False
    return _title_case(reading, here) and here == place + 1 and gap(reading, place) in (" ", ". ")


def _before_key(reading: Reading, span: tuple[int, int], entity: Entity) -> int:
    """Return the last token of a name without the page's next key, the word before a colon."""
    first, last = span
    if gap(reading, last)[:1] not in (":", "=") or not capital(reading, last):
        return last
    key = last > first and known_key(word(reading, last))
    addressed = word(reading, first - 1) == "attn"
    person = entity is Entity.PERSON and not gap(reading, last - 1).strip() and not addressed
    return last - 1 if key or person else last


PEOPLE_RULES = (
    Rule(
        name="person",
        find=_person,
        words=(ROLES - RANKS) | COLON_ONLY | KEYED | {"o", "p"},
        examples=Examples(
            finds=(
                "RP [WINNIFRED AUCH] ADV",
                "caller is [Jayleen Moss], 8",
                "Name: [Tamar Eliasson] Nick: Tay",
                "her husband [sterling quackenbush] took",
                "AKA [PREACHMAN]",
                "SUSP: [BOONE CARRAWAY]",
                "keyholder [Ole Haug] on phone",
                "pt [T. Abiodun Clarke], VA",
                "NAME: [ROSE OKONKWO]",
                "DRIVER [HOLLISTER, JAMARCUS] OLN",
                "R/O [ANSELMO TRIGGSBY] ADV",
                "Susp 1: [Boone Carrawayne], 170",
                "last: [Stavropoulos] first: [Demitria]",
                "mid: [A] dir: NE",
            ),
            ignores=(
                "caller on scene",
                "RP ADV MALE LEFT",
                "suspect in custody",
                "owner not home",
                "pt conscious and breathing",
                "wife on line",
                "with knife",
                "driver, passenger and child",
                "first on scene",
                "in her name. Order bars gifts",
                "subj may have a gun",
                "rp hvaing trouble",
                "suspect syas no",
                "JSO STAND BY: EVICTION",
                "driver id'd by stop",
            ),
        ),
    ),
    Rule(
        name="titled",
        find=_titled,
        words=TITLES,
        examples=Examples(
            finds=(
                "Mr. [Chidester] gave",
                "MRS [VANDERSLUIS] SAYS",
                "ms [okri] called",
                "Rev. [Tuttle]",
                "Pastor [Lemke] (",
                "Mrs. [Oglethorpe] and",
            ),
            ignores=("ms symptoms", "mr on scene", "fr the house", "sr citizen"),
        ),
    ),
    Rule(
        name="staff",
        find=_staff,
        words=RANKS,
        examples=Examples(
            finds=(
                "OFC [KESTREL] ON SCENE",
                "Sgt. [Dunphy] adv",
                "per Lt [Moriarty]",
                "DISPATCHER [OKAFOR] NOTIFIED",
                "nurse [Bukola] says",
                "Dr. [A. Shim] cleared",
                "OPER [DALTON PRICE-QUILL] ADV",
            ),
            ignores=(
                "officer on scene",
                "chief complaint chest pain",
                "nurse line",
                "Officer on scene, Sergeant enrt",
                "deputy en route",
                "OPERATOR ADV",
                "67 YOF / FELL OFF LADDERBACK",
                "ROLLED OFF BUNKBED",
            ),
        ),
    ),
)
