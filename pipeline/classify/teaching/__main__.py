"""Makes the judge's weights anew: ``python -m pipeline.classify.teaching [--check]``.

With ``--check`` it only tells how unseen situations fare, by cross-validation.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.classify.teaching.grammar import situations
from pipeline.classify.teaching.train import cross_validated, train


def main() -> None:
    """Write ``judge.npz`` beside the judge, or tell the figures."""
    if "--check" in sys.argv[1:]:
        for name, (raised, total) in cross_validated(list(situations())).items():
            sys.stdout.write(f"{name:24} {raised:5} of {total:5} raised {raised / total:7.1%}\n")
        return
    train(Path(__file__).parents[1] / "judge.npz")


if __name__ == "__main__":
    main()
