"""Finds streets whose word for a street comes first: ``Calle del Sol``, ``Rue du Lac``.

In: readings. Out: hits of ADDRESS with the house number before it, else of STREET. It takes up to
two words of name and never crosses a comma or a full stop. Streets of English form are
``streets``'s.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.names.facts import Kind, name_facts
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.vocabulary import word_set

__all__ = ["FOREIGN_STREET_RULES"]

_FIRST = word_set(
    "calle callejon avenida avda camino caminito paseo calzada carretera via vereda rue chemin"
    " impasse strada viale rua estrada ulitsa sector caserio barriada urbanizacion"
)
# A sector is also a part of town that units work; only a Spanish one is called by an article.
_ARTICLES = word_set("los las el la del")
_SMALL = word_set("de del la las los el da do dos das di della du des l d san santa st ste")
# "via" is also how somebody came; these follow it then.
_NOT_A_NAME = word_set(
    "phone text radio email ems pd fd the a an his her their my app ring cab bus car foot cell"
    " helicopter air ground ambulance cad mdt teletype to and or is was on at in for with"
)
_WORDS = 2


def _foreign(reading: Reading, place: int) -> Iterator[Hit]:
    cut, text = reading.tokens, reading.text
    if cut[place].word == "sector" and not any(
        each.word in _ARTICLES for each in cut[place + 1 : place + 2]
    ):
        return
    last, words, came = place, 0, cut[place].word == "via"
    for here in range(place + 1, min(len(cut), place + 7)):
        gap = text[cut[here - 1].end : cut[here].start]
        word = cut[here].word
        if gap not in (" ", "'", "-", "  ") or word in _NOT_A_NAME or not word[0].isalpha():
            break
        if came and name_facts(word).kind is Kind.WORD:
            break
        words += word not in _SMALL
        last = here
        if words == _WORDS or (words and text[cut[here].end : cut[here].end + 1] != " "):
            break
    if not words:
        return
    number = (
        place
        and cut[place - 1].word[0].isdigit()
        and text[cut[place - 1].end : cut[place].start] in (" ", "  ")
    )
    start = cut[place - 1].start if number else cut[place].start
    entity = Entity.ADDRESS if number else Entity.STREET
    yield Hit(start, cut[last].end, entity, "foreign-street", 0.8, "name after a word for a street")


FOREIGN_STREET_RULES = (
    Rule(
        name="foreign-street",
        find=_foreign,
        words=_FIRST,
        examples=Examples(
            finds=(
                "her son, [1717 Calle del Sol], rear",
                "at [12 Rue de l'Eglise]. id",
                "en [Camino Viejo], puerta",
                "[411 AVENIDA DE LOS ROBLES]; GATE",
                "on [Paseo Verde].",
                "[9 Via Colina], porch",
                "Bo. Abajo, [Sector Las Brisas], casa",
                "[Urbanizacion Monte Claro], rear",
            ),
            ignores=(
                "reached via phone",
                "came via radio",
                "via the alley",
                "transported via ground to ER",
                "adv via interpreter",
                "sector 4 units, sector los",
                "sector north, all units",
            ),
        ),
    ),
)
