"""Measures the sequence model alone: what each threshold catches and what it masks for nothing.

In: gold narratives as a file of JSON lines, or invented ones of carriers and names it was not
trained on. Out: a table on standard output: ``python -m benchmarks.sequence_model [FILE]``. It
prints no text. A word is caught when it is found; an identifier, when all its words are.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.emulator.narratives import narratives
from pipeline.evaluation.figures import wilson
from pipeline.evaluation.gold import read_gold
from pipeline.redact.model import sequence_model
from pipeline.redact.model.decode import Decoder
from pipeline.redact.model.weights import INNOCENT, shipped
from pipeline.redact.model.words import seen
from pipeline.redact.reading import Reading, read

Span = tuple[int, int, str]
Texts = Sequence[tuple[str, Sequence[Span]]]
_STEPS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_HELD_OUT = (20261, 3000)  # seed and count of the invented narratives


def _held_out() -> Texts:
    return [(each.text, each.spans) for each in narratives(_HELD_OUT[0], "test", _HELD_OUT[1])]


def _gold(path: Path) -> Texts:
    return [
        (each.text, [(span.start, span.end, str(span.entity)) for span in each.spans])
        for each in read_gold(path)
    ]


def _masked(reading: Reading, chosen: Sequence[bool]) -> set[int]:
    tokens = [each for each, found in zip(reading.tokens, chosen, strict=True) if found]
    return {place for each in tokens for place in _origin(reading, each.start, each.end)}


def _origin(reading: Reading, start: int, end: int) -> range:
    back = reading.spans
    return range(start, end) if back is None else range(back[start][0], back[end - 1][1])


def _counts(texts: Texts, masks: Sequence[set[int]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for (text, spans), masked in zip(texts, masks, strict=True):
        inside: set[int] = set()
        for start, end, entity in spans:
            wanted = {place for place in range(start, end) if text[place].isalnum()}
            inside |= wanted
            if entity != "PLACE":
                for key in ("all", entity):
                    counts[f"{key} of"] += 1
                    counts[key] += wanted <= masked
        innocent = {place for place, each in enumerate(text) if each.isalnum()} - inside
        counts["innocent"] += len(innocent)
        counts["over"] += len(innocent & masked)
    return counts


def _share(counts: Counter[str], part: str, whole: str) -> str:
    low, high = wilson(counts[part], counts[whole])
    share = counts[part] / counts[whole]
    return f"{share:6.1%} [{low:.1%}, {high:.1%}] of {counts[whole]:,}"


def main() -> None:
    """Print the table."""
    texts = _gold(Path(sys.argv[1])) if len(sys.argv) > 1 else _held_out()
    readings = [read(text) for text, _ in texts]
    chances = Decoder(shipped()).marginals([seen(each) for each in readings])
    private = [each[:, len(INNOCENT) :].sum(axis=1) for each in chances]
    out = sys.stdout.write
    for step in _STEPS:
        masks = [_masked(r, (p >= step).tolist()) for r, p in zip(readings, private, strict=True)]
        counts = _counts(texts, masks)
        out(f"at {step}: caught {_share(counts, 'all', 'all of')}")
        out(f", persons {_share(counts, 'PERSON', 'PERSON of')}")
        out(f", innocent characters {_share(counts, 'over', 'innocent')}\n")
    _shipped_figures(texts, readings)


def _shipped_figures(texts: Texts, readings: Sequence[Reading]) -> None:
    model = sequence_model()
    model.find(readings)
    began = time.process_time()
    found = model.find(readings)
    spent = time.process_time() - began
    masks = [
        {place for each in some for place in _origin(reading, each.start, each.end)}
        for reading, some in zip(readings, found, strict=True)
    ]
    counts = _counts(texts, masks)
    out = sys.stdout.write
    out(f"as shipped: caught {_share(counts, 'all', 'all of')}")
    out(f", innocent characters {_share(counts, 'over', 'innocent')}\n")
    for key in sorted(each for each in counts if each.isupper() and f"{each} of" in counts):
        out(f"  {key}: {_share(counts, key, key + ' of')}\n")
    words = int(np.sum([len(each.tokens) for each in readings]))
    out(f"{spent / words * 42 * 1e6:.0f} microseconds of CPU for 42 words, {words:,} words\n")


if __name__ == "__main__":
    main()
