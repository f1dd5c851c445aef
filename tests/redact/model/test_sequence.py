"""The sequence model: the arithmetic of the library, whole files only, the same file each time."""

import json
from itertools import pairwise

import numpy as np
import pycrfsuite
import pytest

from pipeline.emulator.narratives import narratives
from pipeline.model import DetectorFailure, Vouched
from pipeline.redact.model import weights
from pipeline.redact.model.decode import Decoder
from pipeline.redact.model.sequence import SequenceModel, sequence_model
from pipeline.redact.model.train import converted, labels, train
from pipeline.redact.model.weights import LABELS, load, shipped
from pipeline.redact.model.words import seen, sequence_features
from pipeline.redact.reading import read


def texts(split, count):
    return [(each.text, each.spans) for each in narratives(3, split, count)]


@pytest.fixture(scope="module")
def small():
    return train(texts("train", 120), iterations=15, seed=1)


def test_training_twice_gives_the_same_file(small):
    assert train(texts("train", 120), iterations=15, seed=1) == small


def test_marginals_equal_those_of_the_training_library(tmp_path):
    path = tmp_path / "model.crfsuite"
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({"max_iterations": 15, "feature.possible_transitions": True})
    for text, spans in texts("train", 120):
        reading = read(text)
        if reading.tokens:
            trainer.append(sequence_features(seen(reading)), labels(reading, spans))
    trainer.train(str(path))
    decoder = Decoder(load(converted(str(path))))
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    readings = [read(text) for text, _ in texts("test", 60)]
    ours = decoder.marginals([seen(each) for each in readings])
    compared = 0
    for reading, found in zip(readings, ours, strict=True):
        if not reading.tokens:
            continue
        tagger.set(sequence_features(seen(reading)))
        theirs = np.array(
            [
                [
                    tagger.marginal(label, place) if label in tagger.labels() else np.nan
                    for label in LABELS
                ]
                for place in range(len(reading.tokens))
            ]
        )
        known = ~np.isnan(theirs[0])
        assert np.abs(found[:, known] - theirs[:, known]).max() < 0.02
        compared += len(found)
    assert compared > 500


@pytest.mark.parametrize(
    "damage",
    [
        lambda good: good[: len(good) // 2],
        lambda good: b"",
        lambda good: b"[]",
        lambda good: good.replace(b'"format":1', b'"format":2'),
        lambda good: good.replace(b"PERSON", b"PERSONS"),
        lambda good: json.dumps({**json.loads(good), "features": {}}).encode(),
        lambda good: json.dumps({**json.loads(good), "transitions": [[0]]}).encode(),
        lambda good: json.dumps({**json.loads(good), "features": {"b": {"99": 1}}}).encode(),
    ],
)
def test_a_damaged_file_is_a_failure_of_the_detector(small, damage):
    with pytest.raises(DetectorFailure):
        load(damage(small))


def test_a_missing_file_is_a_failure_of_the_detector(monkeypatch, tmp_path):
    monkeypatch.setattr(weights.resources, "files", lambda _package: tmp_path)
    with pytest.raises(DetectorFailure):
        shipped()


def test_another_file_is_another_version(small):
    other = train(texts("train", 121), iterations=15, seed=1)
    assert SequenceModel(load(small)).version != SequenceModel(load(other)).version


def test_names_no_list_holds_are_found_by_their_neighbours():
    text = "RP ZORVANA QUELLIDGE STATES HER HUSBAND THRENDLE HIT HER, CB 415-555-0123"
    (found,) = sequence_model().find([read(text)])
    covered = {text[each.start : each.end] for each in found if each.score >= 0.5}
    assert {"ZORVANA", "QUELLIDGE", "THRENDLE", "415", "555", "0123"} <= covered
    assert not {"RP", "STATES", "HUSBAND", "HIT"} & covered


def test_findings_are_inside_the_text_and_say_nothing_of_it():
    many = [read(text) for text, _ in texts("test", 200)]
    found = sequence_model().find(many)
    assert len(found) == len(many)
    masked = [each for some in found for each in some if not isinstance(each, Vouched)]
    assert len(masked) > 300
    assert all(each.reason.startswith("context and shape: ") for each in masked)
    for reading, each in zip(many, found, strict=True):
        assert all(a.end <= b.start for a, b in pairwise(each))
        for finding in each:
            assert 0 <= finding.start < finding.end <= len(reading.text)


def test_a_batch_gives_what_each_text_gives_alone():
    many = [read(text) for text, _ in texts("test", 40)] + [read("")]
    model = sequence_model()
    together = [[(f.start, f.end, f.entity) for f in each] for each in model.find(many)]
    alone = [[(f.start, f.end, f.entity) for f in model.find([each])[0]] for each in many]
    assert together == alone


def test_labels_follow_the_offsets_of_the_text_before_it_was_normalised():
    text = "RP &amp; son \uff3aorva\u200bna at gate"
    start = text.index("\uff3a")
    found = labels(read(text), [(start, text.index(" at"), "PERSON")])
    assert found.count("PERSON") == 1
    assert found[-1] == "O"


class Told:
    """A decoder that says of each word what it was told."""

    def __init__(self, doubts):
        self._doubts = doubts

    def marginals(self, said):
        rows = np.zeros((len(self._doubts), len(LABELS)), dtype=np.float32)
        for row, (label, doubt) in zip(rows, self._doubts, strict=True):
            row[LABELS.index("O")] = 1 - doubt
            row[LABELS.index(label)] = doubt
        return [rows]


def masked(text, *doubts):
    model = SequenceModel(shipped())
    model._decoder = Told(doubts)
    (found,) = model.find([read(text)])
    return [text[each.start : each.end] for each in found if not isinstance(each, Vouched)]


def test_a_word_of_dispatch_takes_more_doubt_than_a_name():
    assert masked("bsmt Zebulon", ("PERSON", 0.1), ("PERSON", 0.1)) == ["Zebulon"]
    assert masked("bsmt", ("PERSON", 0.3)) == ["bsmt"]


def test_an_ordinary_word_bent_takes_more_doubt_than_one_nobody_knows():
    assert masked("jackhammering", ("STREET", 0.4)) == []
    assert masked("zorvanth", ("STREET", 0.4)) == ["zorvanth"]
    assert masked("jackhammering", ("STREET", 0.6)) == ["jackhammering"]


def test_where_somebody_is_from_takes_the_doubt_of_a_function_word():
    assert masked("bsmt Hispanic", ("PERSON", 0.5), ("PERSON", 0.5)) == ["bsmt"]


def test_words_that_would_be_a_street_are_found_together_at_less_doubt_than_alone():
    assert masked("bsmt", ("STREET", 0.1)) == []
    assert masked("bsmt hydrant", ("STREET", 0.1), ("STREET", 0.1)) == ["bsmt", "hydrant"]
    assert masked("bsmt", ("STREET", 0.25)) == ["bsmt"]


def test_a_function_word_takes_the_most_doubt_and_a_single_letter_the_least():
    assert masked("with q", ("PERSON", 0.5), ("PERSON", 0.05)) == ["q"]
    assert masked("with", ("PERSON", 0.8)) == ["with"]
