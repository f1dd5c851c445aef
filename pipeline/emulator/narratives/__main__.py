"""Writes invented narratives as JSON lines: ``python -m pipeline.emulator.narratives``.

In: ``--seed``, ``--split`` (train or test), ``--count``. Out: one object a line on standard output
with id, text, spans (start, end, entity) and style.
"""

from __future__ import annotations

import argparse
import json
import sys

from pipeline.emulator.narratives import narratives
from pipeline.emulator.narratives.names import SPLITS


def main() -> None:
    """Write the narratives the arguments ask for."""
    arguments = argparse.ArgumentParser(description="Invented dispatch narratives, as JSON lines.")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--split", choices=SPLITS, default="train")
    arguments.add_argument("--count", type=int, default=100)
    asked = arguments.parse_args()
    for each in narratives(asked.seed, asked.split, asked.count):
        spans = [{"start": s, "end": e, "entity": entity} for s, e, entity in each.spans]
        line = {"id": each.id, "text": each.text, "spans": spans, "style": each.style}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
