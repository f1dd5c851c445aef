"""The vocabulary holds dispatch words and no names."""

from __future__ import annotations

from importlib import resources
from itertools import pairwise

from pipeline.redact.vocabulary import vocabulary, vocabulary_digest

# Words that are names at least as often as words, or names of streets; written by hand.
_NAMES = """
abbott adams april archer art ash aspen august aurora autumn axel bailey baker banks baron beck
bell berry bill birch bishop black blaze bob boyd brandy brook brooks brown buck bush butler candy
carol carpenter carter cash cedar chambers chance chandler charity chase cherry christian christmas
clay cliff clover cobb cole colt cook cooper coral crane cross crystal daisy dale dawn day deacon
dean dell dolly don dot drake drew duke earl easter eden elder elm eve faith farmer fern field
fields finch fisher fleming flowers ford forest foster fountain fowler fox frank frost gale gamble
garnet gates gay gene genesis ginger glass glen gold grace grant graves gray green grey
guy hall hammer hardy harley harmony harper hart harvey hawk hay hazel heath heather heaven hill
holly honey honor hood hope hunt hunter iris ivory ivy jack jade jasmine jay jean jewel jimmy joy
judge june justice kay ken kim king kit knight lake lamb lance land lane lark law lee legend lily
lincoln little london long love luna lynch lyric magnolia major maple marina mark marsh mason
master maverick max may melody mercy miles miller misty moon moore moss nick noble noel norm nova
oak ocean olive opal page park parker parks pat patience paul pearl penny pepper perry phoenix
pierce pine piper poppy porter powers price prince pruitt quinn ranger raven ray reed reign rice
rich river rivers rob robin rock rocky rod roger roman rose rowan royal ruby russell rusty sage
saint sandy sawyer scout sharp shepherd sherry short silver singer skinner sky small snow sonny
sparks spring star stark sterling stone strong sue summer summers sunny swan sweet tanner temple
teresa terry thorn timothy tom tony trinity troy tucker turner valor vance victor violet wade
walker wall walls ward waters webb weeks wells west wheeler white will willow winter wolf wood
woods wren york young zion
"""
NAME_WORDS = _NAMES.split()


def test_no_word_that_is_a_common_name_is_in_the_vocabulary() -> None:
    assert len(set(NAME_WORDS)) >= 200
    assert sorted(vocabulary() & set(NAME_WORDS)) == []


def test_the_file_is_sorted_in_sections_without_repetition() -> None:
    text = resources.files("pipeline.redact").joinpath("vocabulary.txt").read_text("utf-8")
    sections = [part.split("\n")[1:] for part in ("\n" + text).split("\n#")]
    words = [[word for word in section if word] for section in sections]
    every = [word for section in words for word in section]
    assert all(left < right for section in words for left, right in pairwise(section))
    assert len(every) == len(set(every)) == len(vocabulary()) >= 2_500
    assert all(word.isascii() and word == word.lower() for word in every)


def test_the_words_every_narrative_needs_are_there() -> None:
    needed = "rp veh subj nb sb loc enrt adv caller smoke crash the and not fire street male"
    assert set(needed.split()) <= vocabulary()


def test_single_letters_are_only_the_article_and_the_pronoun() -> None:
    assert {word for word in vocabulary() if len(word) == 1} == {"a", "i"}


def test_the_digest_is_eight_hex_digits() -> None:
    assert len(vocabulary_digest()) == 8
    assert int(vocabulary_digest(), 16) >= 0
