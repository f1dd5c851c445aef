"""The shipped weights were made from what lies here: whoever changes that trains anew."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pipeline
from pipeline.emulator.narratives import narratives
from pipeline.emulator.narratives.written import rewritten, writers
from pipeline.redact.model.train import labels
from pipeline.redact.model.words import seen, sequence_features
from pipeline.redact.reading import read

RECORDED = Path(__file__).with_name("made_from.txt")
PACKAGE = Path(pipeline.__file__).parent
TEXTS = ("redact/vocabulary.txt", "redact/names/*.txt", "emulator/narratives/**/*.txt")
# Every so manieth narrative that a writer wrote, and some that were composed: a second of work.
EVERY, COMPOSED = 23, 60


def made_from() -> str:
    """Return a digest of all lists and narratives, and of what training sees of a sample of them.

    That is the features and the label of every word.
    """
    digest = hashlib.sha256()
    for path in sorted(each for form in TEXTS for each in PACKAGE.glob(form)):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    hand = list(rewritten(1, writers(), 1))[::EVERY]
    for each in (*hand, *narratives(1, "train", COMPOSED)):
        reading = read(each.text)
        told = labels(reading, each.spans)
        for features, label in zip(sequence_features(seen(reading)), told, strict=True):
            digest.update("\t".join([label, *features]).encode() + b"\n")
    return digest.hexdigest()


def test_the_weights_were_trained_on_what_training_would_see_now() -> None:
    found = made_from()
    assert found == RECORDED.read_text("ascii").strip(), (
        "A list of words or names, a cue, how words are parted, or a narrative has changed: run"
        f" `make model`, commit both files of weights, and write {found} into {RECORDED.name}."
    )


def test_a_changed_word_would_be_noticed() -> None:
    reading = read("rp adv smoke from the roof")
    before = sequence_features(seen(reading))
    assert before != sequence_features(seen(read("rp adv smoke from the loft")))
    assert any("c=peo" in each for features in before for each in features)
