"""Finds people and staff by what stands before them: roles, ranks, titles, keys of a page.

In: readings. Out: hits of PERSON and STAFF. Behind a word for a person only words that dispatch
does not use are a name, and ordinary words between or beside them where the writing says so. Names
without a trigger are ``names``'s and the sequence model's.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.walk import capital, gap, has_digit, known, word
from pipeline.redact.vocabulary import word_set

__all__ = ["PEOPLE_RULES", "name_span"]

_ROLES = word_set(
    "rp comp compl complainant caller callers clr cl name named namd names nam susp suspect"
    " suspects vict vic victim victims subj subject wit witness witnesses owner owners keyholder"
    " keyhldr kh contact patient pt pts husband wife hubby h/w mother mom mother's father dad son"
    " daughter dau dtr brother bro sister sis grandma grandmother grandson granddaughter niece"
    " nephew aunt uncle cousin bf gf boyfriend girlfriend ex roommate neighbor neighbour landlord"
    " ll tenant renter aka attn driver drv pax passenger petitioner pet respondent resp resident"
    " homeowner manager mgr clerk subscriber sub customer cust deceased decedent host student"
    " stdnt spouse partner fiance stepdad stepmom stepson guardian poa conservator employee"
    " coworker friend ro r/o protected nick alias goes monikers moniker defendant plaintiff"
    " parolee inmate juv reporting party twins kids parents family babysitter sitter cousin's ask"
    " speak landlady bartender offender sexton super teller client petr from with per by against"
    " arrested meet called is was called met saw told says advised baby infant child boy girl"
    " male female"
)
_ROLES |= word_set(
    "husb grandfather grandpa esposo esposa hija hijo hermano hermana madre padre custodian"
    " hiker intern chef abuser walker minors actual wife's husband's pm sec daycare stepfather"
)
# Words that announce a name only with a colon or an equals sign behind them.
_COLON_ONLY = word_set("last first mid middle occ nm fn ln drv red yellow green person kid")
_KEYED = frozenset(
    f"{role}{number}"
    for role in ("contact", "susp", "kh", "vic", "wit", "drv")
    for number in "1234"
)
# Behind these a name must be unknown and begin with a capital, for they are said of much else.
_LOOSE = word_set(
    "from with per by against arrested meet is was called met saw told says advised child boy"
    " girl male female party goes family kids parents reporting super super's baby infant cl"
)
_TITLES = word_set("mr mrs ms mx miss rev pastor fr sr mstr mrs. messrs judge")
_RANKS = word_set(
    "ofc ofcr ofr officer off dep deputy dpty sgt sergeant lt lieut lieutenant cpl corporal capt"
    " captain chief det detective inv investigator trooper tpr trp agent agt ranger marshal"
    " sheriff constable dispatcher disp operator opr oper op oprtr tco calltaker ct nurse nurs rn"
    " lpn cna emt paramedic dr doctor doc advocate cso ems pa np rph pharmacist medic midwife ff"
    " firefighter interpreter principal teacher caseworker counselor csw wkr worker ptl patrolman"
    " po aco sro me coroner supervisor supv cmdr commander adv analyst tech guard chaplain lpo"
    " magistrate"
)
_STAFF_LOOSE = word_set("off op me ct adv po ems pa guard tech worker chief medic supervisor disp")
# Between a trigger and its name.
_FILLERS = word_set("is was name named the of last first called a are as says to for")
_PARTICLES = word_set(
    "de la del los las von van der den da di du dos el al bin ibn abu st mac mc le ten ter y e"
    " jr sr ii iii ni nic o' dela af av zu"
)
_QUOTES = "\"'\u201c\u201d\u2018\u2019"
_NOT_NAMES = word_set("unk unknown none anon anonymous refused same self na no yes male female")
# Words the vocabulary lacks and no name is.
_NO_NAME = word_set(
    "nbr badge oln dl ssn xst tiguan caller sgt owner fi ig co all bf gf habla drv forgot"
    " skimming glass smart will en rt sts tpo wma os rpts abt stu mgr btw born phoned said might"
    " par sx son dtr gray black white long rev mrs mr ms tco hcso grp mp fr adm format pri fla"
    " oregon goa warn rn po obs wants advocate nurse det sgt aunty daddy billing sally"
    " neighboring ll typ re dist hcso he'll she'll i'll wil cancel and or ste apt dest tel ref"
    " nick aka dob says has lives"
)
_KEYS = word_set("tel ref dest nick aka dob ph phone sex race loc addr veh typ num dir name")
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
    while last >= place and word(reading, last) in _PARTICLES and last > place:
        last -= 1
    if last < place or not (unknown or tight):
        return None
    return place, last


def _continues(reading: Reading, left: int, *, tight: bool) -> bool:
    between, before, after = gap(reading, left), word(reading, left), word(reading, left + 1)
    if between in (" ", "-", "\u00a0", "'", "\u2019", "  "):
        return True
    if between in (". ", ".") and len(before) <= 2:
        return True
    if between in (", ", ","):
        listed = not known(after) and after not in _NO_NAME and capital(reading, left + 1)
        return listed and (tight or not known(before))
    return between.strip() in _QUOTES and len(between) <= 2


def _kind(reading: Reading, place: int, *, tight: bool, first: bool) -> int:
    """Return 2 for a word that is surely a name's, 1 for one that may stand in it, else 0."""
    said = word(reading, place)
    if not said or has_digit(said) or said in _NOT_NAMES:
        return 0
    if len(said) == 1:
        after = gap(reading, place)
        return int(capital(reading, place) and (after[:1] in (".", " ", ",") or tight))
    if said in _PARTICLES:
        return 1
    if said in _NO_NAME:
        return int(
            tight and first and capital(reading, place) and _followed_by_name(reading, place)
        )
    if not known(said):
        return 2
    upright = capital(reading, place) and not reading.text.isupper()
    if first:
        return int(tight and (upright or _followed_by_name(reading, place)))
    return int(upright and _title_case(reading, place))


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
    while word(reading, here) in _FILLERS and not between.strip(" :=(") and steps < 3:
        between, here, steps = gap(reading, here), here + 1, steps + 1
    return here, between


def _loosely(between: str) -> bool:
    """Say whether the gap lets a trigger reach on."""
    return not between.strip(" :=/#.(\"'\u201c\u201d\u2018,-1234)\u00a0") and "\n" not in between


def known_key(said: str) -> bool:
    """Say whether a word is a key of pages rather than a name."""
    return said in _KEYS or known(said)


def _person(reading: Reading, place: int) -> Iterator[Hit]:
    yield from _named(reading, place, Entity.PERSON, "person", _LOOSE, "name after a role")


def _titled(reading: Reading, place: int) -> Iterator[Hit]:
    yield from _named(reading, place, Entity.PERSON, "titled", frozenset(), "name after a title")


def _staff(reading: Reading, place: int) -> Iterator[Hit]:
    yield from _named(reading, place, Entity.STAFF, "staff", _STAFF_LOOSE, "name after a rank")


def _named(
    reading: Reading, place: int, entity: Entity, rule: str, loose: frozenset[str], reason: str
) -> Iterator[Hit]:
    here, between = _after(reading, place)
    if not _loosely(between) or len(between) > 4 or here >= len(reading.tokens):
        return
    if between.startswith(". ") and len(word(reading, here - 1)) > 5:
        return
    trigger = word(reading, place)
    colon = between.strip()[:1] in (":", "=")
    if trigger in _COLON_ONLY and not colon:
        return
    if trigger in ("o", "p") and (
        gap(reading, place - 1) != "/" or word(reading, place - 1) != "r"
    ):
        return
    ranked = entity is Entity.STAFF and trigger not in loose and _upright(reading, place, here)
    tight = colon or ranked or trigger in _TIGHT
    said = word(reading, here)
    if (
        trigger in loose
        and not colon
        and (known(said) or not capital(reading, here) or len(said) < 3)
    ):
        return
    span = name_span(reading, here, tight=tight and said not in _NOT_NAMES)
    last = _before_key(reading, span, entity) if span else here - 1
    if last >= here:
        cut = reading.tokens
        yield Hit(cut[here].start, cut[last].end, entity, rule, 0.8, reason)


_TIGHT = frozenset(("name", "named", "mr", "mrs", "ms", "miss", "aka"))


def _upright(reading: Reading, place: int, here: int) -> bool:
    """``Trooper Speed``: rank and name begin with capitals in a text that has small letters."""
    if reading.text.isupper() or not (capital(reading, place) and capital(reading, here)):
        return False
    return _title_case(reading, here) and here == place + 1 and gap(reading, place) in (" ", ". ")


def _listed(reading: Reading, place: int) -> Iterator[Hit]:
    """``1) S. Maldonado``: people of a list."""
    if gap(reading, place) not in (") ", ")") or not capital(reading, place + 1):
        return
    span = name_span(reading, place + 1, tight=False)
    if span:
        cut = reading.tokens
        yield Hit(
            cut[span[0]].start, cut[span[1]].end, Entity.PERSON, "listed", 0.7, "name in a list"
        )


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
        name="listed",
        find=_listed,
        numbers=True,
        lengths=(1,),
        examples=Examples(
            finds=(
                "Keyholder list: 1) [S. Maldonado-Frye] refused",
                "2) [Jasper Quillfeather] coming",
                "KH 1)[ODELIA BRACK], 2)[TORVALD MOSSBY]",
                "3) [Ximena Brandtley] no ans",
                "CALL 1) [OTTILIE FARNSBY]",
                "4) [Percival Daosmith] vm",
            ),
            ignores=("1) front door", "2) no answer", "ZONE 3) MOTION", "4) E12 on scene"),
        ),
    ),
    Rule(
        name="person",
        find=_person,
        words=(_ROLES - _RANKS) | _COLON_ONLY | _KEYED | {"o", "p"},
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
            ),
        ),
    ),
    Rule(
        name="titled",
        find=_titled,
        words=_TITLES,
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
        words=_RANKS,
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
            ),
        ),
    ),
)
