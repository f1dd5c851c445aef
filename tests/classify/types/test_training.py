"""The shipped weights are what the tree trains to, and hold no text."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import numpy as np

from pipeline.classify.apco import apco_codes
from pipeline.classify.types.model import load_model
from pipeline.classify.types.training import train, weights_bytes


def test_training_gives_the_shipped_bytes() -> None:
    shipped = files("pipeline.classify.types").joinpath("weights.npz").read_bytes()
    trained = weights_bytes(train())
    assert hashlib.sha256(trained).hexdigest() == hashlib.sha256(shipped).hexdigest(), (
        "Run: python -m pipeline.classify.types.training"
    )


def test_the_model_knows_every_type_and_its_votes_are_shares() -> None:
    votes = load_model().votes("STRUCTURE FIRE")
    assert set(votes) == set(apco_codes())
    assert np.isclose(sum(votes.values()), 1.0, atol=1e-4)
    assert max(votes, key=lambda code: votes[code]) == "FSTRU"
