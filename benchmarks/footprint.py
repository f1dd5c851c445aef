"""Measures what ``blotter redact`` takes to start and to hold: seconds to the first answer, memory.

In: narratives. Out: the median of a few processes of their own, fed through a pipe as a user would.
It must never count the time of this process.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.inputs import ROOT

__all__ = ["footprint"]

_TIMES = 3
_COMMAND = (sys.executable, "-c", "from pipeline.cli import main; main()", "redact", "--jsonl")
_KIB_A_MB = 1024


def footprint(texts: Sequence[str]) -> dict[str, float]:
    """Return figures of starting and of redacting all the texts.

    ``first_answer_s`` and ``first_answer_cpu_s`` are seconds until one text is answered, of the
    clock and of the processor; ``memory_mb`` is the most memory held with all texts answered.
    """
    starts = [_process(texts[:1]) for _ in range(_TIMES)]
    whole = _process(texts)
    return {
        "first_answer_s": round(median(wall for wall, _, _ in starts), 2),
        "first_answer_cpu_s": round(median(cpu for _, cpu, _ in starts), 2),
        "memory_mb": round(whole[2]),
    }


def _process(texts: Sequence[str]) -> tuple[float, float, float]:
    """Return seconds to the first line by the clock, of the processor to the end, and MB."""
    lines = [json.dumps({"id": place, "text": text}) for place, text in enumerate(texts)]
    began = perf_counter()
    with subprocess.Popen(
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        into, out = process.stdin, process.stdout
        if into is None or out is None:
            raise RuntimeError("blotter redact has no pipes")
        wall = 0.0
        for line in lines:
            into.write(f"{line}\n".encode())
            into.flush()
            out.readline()
            wall = wall or perf_counter() - began
        # Of the program alone: the most that wait4 knows of began as a copy of this process.
        held = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        into.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("blotter redact failed")
    (most,) = re.findall(r"VmHWM:\s+(\d+) kB", held)
    return wall, usage.ru_utime + usage.ru_stime, int(most) / _KIB_A_MB
