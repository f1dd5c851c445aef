"""Trains the learned vote and writes ``weights.npz``, the same bytes every time.

Run it with ``python -m pipeline.classify.types.training``.

In go ``phrases.txt`` and ``apco_categories.csv``, both ours; out come weights as whole numbers in a
file of fixed dates, so that the same tree gives the same bytes. scikit-learn is used here alone,
never when a call type is judged.
"""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.apco import apco_codes
from pipeline.classify.types.model import BUCKETS, features
from pipeline.classify.types.spellings import spelling
from pipeline.classify.types.words import phrases

__all__ = ["train", "training_texts", "weights_bytes"]

_SEED, _VARIANTS, _LEAST = 20261, 5, 60
_SHARPNESS = 2.5


def training_texts() -> list[tuple[str, str]]:
    """Return (text, type) pairs: our phrases, meanings, and invented spellings of both."""
    random = Random(_SEED)  # noqa: S311 - reproducible on purpose
    pairs: list[tuple[str, str]] = []
    for code, texts in phrases().items():
        pairs += [(apco_codes()[code].meaning, code), (code, code)]
        pairs += [(text, code) for text in texts]
        rounds = max(_VARIANTS, _LEAST // len(texts))
        pairs += [(spelling(text, random), code) for text in texts for _ in range(rounds)]
    return pairs


def train() -> dict[str, NDArray[Any]]:
    """Return arrays by name, as they are stored."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
    from sklearn.linear_model import SGDClassifier  # type: ignore[import-untyped]

    pairs = training_texts()
    rows = [features(text) for text, _ in pairs]
    data = np.array([value for row in rows for value in row.values()], dtype=np.float64)
    columns = np.array([bucket for row in rows for bucket in row], dtype=np.int32)
    starts = np.cumsum([0, *(len(row) for row in rows)]).astype(np.int32)
    matrix = csr_matrix((data, columns, starts), shape=(len(rows), BUCKETS))
    learner = SGDClassifier(
        loss="log_loss", alpha=2e-6, max_iter=6, tol=None, random_state=_SEED, average=False
    )
    learner.fit(matrix, [code for _, code in pairs])
    weights = np.clip(learner.coef_.T, -15.0, 15.0)
    scale = float(np.abs(weights).max()) / 127
    return {
        "codes": np.array(list(learner.classes_)),
        "weights": np.rint(weights / scale).astype(np.int8),
        "bias": np.round(learner.intercept_, 2).astype(np.float32),
        "scale": np.array([round(scale, 5), _SHARPNESS], dtype=np.float32),
    }


def weights_bytes(arrays: dict[str, NDArray[Any]]) -> bytes:
    """Return the arrays as an npz file in which nothing depends on the clock."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in sorted(arrays.items()):
            body = io.BytesIO()
            np.save(body, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, body.getvalue())
    return out.getvalue()


if __name__ == "__main__":
    target = Path(__file__).with_name("weights.npz")
    target.write_bytes(weights_bytes(train()))
    sys.stdout.write(f"{target.name}: {target.stat().st_size} bytes\n")
