"""Times contenders against each other in one run, turn by turn, and sums up the rounds.

In: functions. Out: seconds per round, of the clock and of the processor. The machine is noisy, so
contenders alternate, every second round in reverse order. It must never compare figures of
different runs.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from statistics import median
from time import perf_counter, process_time
from typing import Any

__all__ = ["Contender", "Lap", "Spread", "Stopwatch", "alternate", "spread"]


class Lap:
    """Seconds between two moments: ``wall`` by the clock, ``cpu`` of this process."""

    def __init__(self) -> None:
        self._start = (perf_counter(), process_time())
        self.wall = self.cpu = 0.0

    def end(self) -> Lap:
        """Take the seconds since the start."""
        self.wall, self.cpu = perf_counter() - self._start[0], process_time() - self._start[1]
        return self


Contender = Callable[[], Lap | None]
"""Does the work once; returns its own lap when a part of it must not count, else None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Median of several rounds, with the lowest and the highest."""

    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Return the spread of one or more values."""
    return Spread(median=median(values), low=min(values), high=max(values))


def alternate(contenders: Mapping[str, Contender], rounds: int) -> dict[str, list[Lap]]:
    """Return a lap per round of every contender, after one round that does not count."""
    names = list(contenders)
    for name in names:
        contenders[name]()
    laps: dict[str, list[Lap]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            laps[name].append(_once(contenders[name]))
    return laps


def _once(contender: Contender) -> Lap:
    gc.collect()
    lap = Lap()
    own = contender()
    return lap.end() if own is None else own


class Stopwatch:
    """Sums seconds per stage. A stage inside another one is not counted in the outer one."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._stages: list[str] = []
        self._since = 0.0

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``function``, counted as ``stage``."""

        @wraps(function)
        def counted(*args: Any, **kwargs: Any) -> Any:
            self._lap()
            self._stages.append(stage)
            try:
                return function(*args, **kwargs)
            finally:
                self._lap()
                self._stages.pop()

        return counted

    def _lap(self) -> None:
        now = perf_counter()
        if self._stages:
            self.seconds[self._stages[-1]] += now - self._since
        self._since = now
