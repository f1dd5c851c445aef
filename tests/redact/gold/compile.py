"""Compile the gold narratives, written with their spans inline, to JSON lines.

In: `<folder>/<style>.txt`, a folder of `FOLDERS`, in the
form that `pipeline/emulator/narratives/marked.py` reads.
Out: one object a line with the plain text and the exact spans, in `development.jsonl`
and `held-out.jsonl`. The second was held out until its misses were read;
`unseen` is held out still: only its totals may be looked at. `blind` was measured once before its
misses were read. `opened` and `sealed` are halves of one writer's, measured once as a whole: the
first was read and mended then, of the second only totals may be looked at. `typical` is asked to be
no harder than an ordinary feed, `broad` to be a fair test of each style, a fifth of it hard, and
`various` to be a week of many people's; only their totals may be looked at. `dispatcher` is of an
old hand's days, measured once before its masks were read.

It never repairs what it reads: a wrong mark is an error. It knows nothing of the redaction, which
is measured with its output elsewhere. Run it as a program to write the file anew.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from pipeline.emulator.narratives import marked
from pipeline.emulator.narratives.marked import MarkError as GoldError

__all__ = ["FOLDERS", "HERE", "GoldError", "compiled", "entries"]

HERE = Path(__file__).resolve().parent
FOLDERS = {
    "development": "development",
    "held-out": "held_out",
    "unseen": "unseen",
    "blind": "blind",
    "opened": "opened",
    "sealed": "sealed",
    "typical": "typical",
    "broad": "broad",
    "dispatcher": "dispatcher",
    "various": "various",
}
"""Where the narratives of each split are written."""


def entries(source: Path) -> Iterator[dict[str, object]]:
    """Yield the narratives of one style's file as objects, in its order."""
    for each in marked.entries(source):
        spans = [{"start": first, "end": end, "entity": kind} for first, end, kind in each.spans]
        written: dict[str, object] = {"id": each.name, "text": each.text, "spans": spans}
        written |= {"style": each.style, "split": source.parent.name.replace("_", "-")}
        if each.known:
            written["known"] = dict(each.known)
        yield written


def compiled(split: str) -> str:
    """Give the JSON lines of all narratives of a split, by style."""
    sources = sorted((HERE / FOLDERS[split]).glob("*.txt"))
    written = [item for source in sources for item in entries(source)]
    return "".join(f"{json.dumps(item, ensure_ascii=True)}\n" for item in written)


def main() -> None:
    for split in FOLDERS:
        target = HERE / f"{split}.jsonl"
        target.write_text(compiled(split), encoding="utf-8")
        sys.stdout.write(f"{target.name} written\n")


if __name__ == "__main__":
    main()
