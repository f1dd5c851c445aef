"""Writes invented narratives as JSON lines: ``python -m pipeline.emulator.narratives``.

In: ``--seed``, ``--split`` (train or test), ``--count``, and ``--written``: how often the
narratives written by hand come before the composed ones, once as they stand, then refilled. Out:
one object a line on standard output with id, text, spans (start, end, entity) and style.
"""

from __future__ import annotations

import argparse
import json
import sys
from itertools import chain

from pipeline.emulator.narratives import narratives
from pipeline.emulator.narratives.names import SPLITS
from pipeline.emulator.narratives.written import rewritten, writers


def main() -> None:
    """Write the narratives the arguments ask for."""
    arguments = argparse.ArgumentParser(description="Invented dispatch narratives, as JSON lines.")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--split", choices=SPLITS, default="train")
    arguments.add_argument("--count", type=int, default=100)
    arguments.add_argument("--written", type=int, default=0)
    asked = arguments.parse_args()
    composed = narratives(asked.seed, asked.split, asked.count)
    for each in chain(rewritten(asked.seed, writers(), asked.written), composed):
        spans = [{"start": s, "end": e, "entity": entity} for s, e, entity in each.spans]
        line = {"id": each.id, "text": each.text, "spans": spans, "style": each.style}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
