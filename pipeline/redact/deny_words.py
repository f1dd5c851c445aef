"""Holds the words by which default-deny judges letters, cues, streets and spelled digits.

In: nothing. Out: sets of lower-case words and of letters, written for dispatch text. What follows
from them is ``deny``'s; words around numbers are ``number_words``'s.
"""

from __future__ import annotations

from pipeline.redact.names.cues import FUNCTION_WORDS
from pipeline.redact.number_words import COUNTED, NUMBERED, SECRET_CUES, VITALS
from pipeline.redact.vocabulary import word_set

__all__ = [
    "ALONE",
    "BEFORE_NUMBERS",
    "BREAKS",
    "CODE_CUES",
    "DASHED",
    "FILLERS",
    "JOINTS",
    "KEYED_LETTERS",
    "LETTERED",
    "LETTERS_AFTER_NUMBERS",
    "LETTERS_BEFORE_NUMBERS",
    "LETTERS_BESIDE",
    "NAME_CUES",
    "NOT_A_STREET_NAME",
    "NUMBER_WORDS",
    "OF_AGE",
    "PAIRED",
    "SHORT_STREETS",
]

NUMBER_WORDS = word_set(
    "zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty"
    " ninety"
)
NAME_CUES = word_set("aka named name names alias nickname nicknamed moniker")
CODE_CUES = word_set(
    "passcode password passphrase passwd pw combination combo keypad username handle codeword"
)
FILLERS = word_set("a an are be for has in is it its of on reads says the to was with word given")
SHORT_STREETS = word_set("av ave blvd cir ct expy fwy ln pkwy rd st ter trl")
NOT_A_STREET_NAME = FUNCTION_WORDS | word_set(
    "main road street cross side private gravel dirt county back front access service dead end"
    " eb wb nb sb n s e w lt rt blocked blocking closed public paved icy wet busy middle"
)
LETTERS_AFTER_NUMBERS = frozenset("fmlrxycvagwduk")
LETTERS_BEFORE_NUMBERS = frozenset("tpxuqvmrf")
KEYED_LETTERS = word_set(
    "sex gender race class type grade side zone pri priority prio category cat level eyes eye hair"
    " wind dir direction div sect sector shift phase stage status stat resp responsive breathing"
    " conscious conc injury inj fire weapons wpn wpns drugs alcohol flow valve hazmat team plan"
)
OF_AGE = word_set("mo mos month months yo yoa yr yrs year years old y/o wk wks week weeks day days")
# Letters joined by an ampersand that stand for words.
PAIRED = frozenset(
    (pair[0], pair[1])
    for pair in word_set("ao ld be hr bw dc om rr ls io tr pr sr cc rd wf pe mm qa tc pj bm em ps")
)
LETTERS_BESIDE = frozenset("abcdefhijlmnoprstuwxy")
LETTERED = word_set(
    "side class zone exit grade type plan group hepatitis hep vitamin delta lane sector div pod"
    " pods wing loop team post deck platform stage station staging shift panel"
    " division branch category cat l r level w/ arm leg pt box ramp gate row terminal dock"
    " phase bank muster wave corral feeder circuit pole boiler riser anon caller half occ occs"
)
BEFORE_NUMBERS = (
    FUNCTION_WORDS
    | NUMBERED
    | SECRET_CUES
    | VITALS
    | COUNTED
    | word_set("ref inc dot run rpt opr dob ssn mrn oln dln age fax cad evt btu lkw hdg")
    | word_set("id lp plt ser sn ss cap pop est qty ext exp clr asa cfs set sky cab pod bus hit fl")
    | word_set("gmc kia bmw suv zn hyd")
    | word_set("mbr crt pic vol sum avg tot ttl yds amt doc bag gps spd mph kts per seq cnt")
)
ALONE = frozenset("aiklrunwesxoqy")
DASHED = frozenset("ifdemtaucxkubeqs")
# What joins the pieces of one number.
JOINTS = frozenset({"-", "/", ".", "#"})
BREAKS = ".,;:!?()<>=\n|"
