"""Measures the sequence model alone: what each threshold catches and what it masks for nothing.

In: gold narratives as a file of JSON lines, or invented ones of carriers and names it was not
trained on, or the name of a writer: then a model is trained without that writer and measured on
what that writer wrote, alone and as a part of the redaction. Out: a table on standard output:
``python -m benchmarks.sequence_model [FILE | WRITER]``. It prints no text. A word is caught when it
is found; an identifier, when all its words are.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.emulator.narratives import narratives
from pipeline.emulator.narratives.written import rewritten, writers, written
from pipeline.evaluation.figures import Share, wilson
from pipeline.evaluation.gold import GoldNarrative, GoldSpan, read_gold
from pipeline.model import Entity, Vouched
from pipeline.redact.model import sequence, sequence_model
from pipeline.redact.model.decode import Decoder
from pipeline.redact.model.train import train
from pipeline.redact.model.weights import INNOCENT, Weights, load, shipped
from pipeline.redact.model.words import seen
from pipeline.redact.reading import Reading, read
from pipeline.usecases.evaluate import evaluate

Span = tuple[int, int, str]
Texts = Sequence[tuple[str, Sequence[Span]]]
_STEPS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.8)
_HELD_OUT = (20261, 3000)  # seed and count of the invented narratives
_TIMES, _COMPOSED, _ITERATIONS = 3, 500, 50  # less than in the Makefile, to end in minutes


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
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    if asked in writers():
        weights = _without(asked)
        sequence.shipped = lambda: weights  # type: ignore[attr-defined]
        texts: Texts = [(each.text, each.spans) for each in written(asked)]
        _table(texts, weights)
        _whole(asked)
    else:
        _table(_gold(Path(asked)) if asked else _held_out(), shipped())


def _without(writer: str) -> Weights:
    others = [each for each in writers() if each != writer]
    taught = [(each.text, each.spans) for each in rewritten(1, others, _TIMES)]
    taught += [(each.text, each.spans) for each in narratives(1, "train", _COMPOSED)]
    return load(train(taught, _ITERATIONS, 1))


def _whole(writer: str) -> None:
    gold = [
        GoldNarrative(
            id=each.name,
            text=each.text,
            spans=tuple(
                GoldSpan(start=s, end=e, entity=Entity(entity)) for s, e, entity in each.spans
            ),
            style=each.style,
            split=writer,
            known=each.known,
        )
        for each in written(writer)
    ]
    found, _ = evaluate(gold)
    parts = {"caught": found.recall, "leak-free": found.leak_free, "over": found.over_masking}
    for name, share in parts.items():
        sys.stdout.write(f"the whole redaction: {name} {_said(share)}\n")


def _said(share: Share) -> str:
    low, high = share.interval
    return f"{share.value:.1%} [{low:.1%}, {high:.1%}] of {share.whole:,}"


def _table(texts: Texts, weights: Weights) -> None:
    readings = [read(text) for text, _ in texts]
    chances = Decoder(weights).marginals([seen(each) for each in readings])
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
        {
            place
            for each in some
            if not isinstance(each, Vouched)
            for place in _origin(reading, each.start, each.end)
        }
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
