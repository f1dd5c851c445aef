"""Keeps figures of runs as JSON lines, and says what got slower since.

``python -m benchmarks.history`` prints it.
``history.jsonl`` has a line a recorded run of ``benchmarks/run.py``, and one a recorded figure of
the other measurements. Compared is processor time a unit, which a busy machine disturbs least, with
the median of earlier runs on the same processor. Exits 1 when a case costs a fifth more.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

__all__ = ["HISTORY", "Change", "changes", "keep", "read"]

HISTORY = Path(__file__).with_name("history.jsonl")
SLOWER = 1.2

Change = tuple[str, float, float]
"""A case with its contender, microseconds before, and now."""


def keep(name: str, figures: Mapping[str, Any], machine: Mapping[str, Any], commit: str) -> None:
    """Add one measurement that is no case of ``run.py``; ``processor_us`` is what is compared."""
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit,
        "machine": dict(machine),
        "measured": name,
        "figures": dict(figures),
    }
    with HISTORY.open("a", encoding="utf-8") as history:
        history.write(json.dumps(line) + "\n")


def read(path: Path = HISTORY) -> list[dict[str, Any]]:
    """Return every run, oldest first."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def changes(runs: Sequence[Mapping[str, Any]]) -> list[Change]:
    """Return each case that was measured before on this processor, with its cost then and now."""
    costs: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for run in runs:
        for case, cost in _costs(run):
            costs[str(run["machine"]["processor"]), case].append(cost)
    return [
        (case, median(found[:-1]), found[-1])
        for (_, case), found in costs.items()
        if len(found) > 1
    ]


def _costs(run: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for case in run.get("cases", ()):
        for contender, figures in case["contenders"].items():
            yield f"{case['case']}: {contender}", float(figures["cpu_us"]["median"])
    if "processor_us" in run.get("figures", {}):
        workers = run["figures"].get("workers", "")
        yield f"{run['measured']} {workers}".strip(), float(run["figures"]["processor_us"])


def main() -> int:
    """Print every case that was measured before; return 1 when one got slower."""
    found = changes(read())
    for case, before, now in found:
        mark = "SLOWER" if now > before * SLOWER else ""
        sys.stdout.write(f"{case:<44} {before:>10.1f} µs {now:>10.1f} µs {mark}\n")
    if not found:
        sys.stdout.write("Nothing was measured twice on one processor yet.\n")
    return 1 if any(now > before * SLOWER for _, before, now in found) else 0


if __name__ == "__main__":
    sys.exit(main())
