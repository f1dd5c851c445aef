"""Says where the seconds of a round of the line go, by what Airflow itself wrote down.

In: the address of Airflow's database, while it is there. Out: for each task when it began after the
round was due and how long it took, in seconds (medians), the steps in their order. It must never
write there, nor import Airflow, which would configure this process.
"""

from __future__ import annotations

from collections import defaultdict
from statistics import median
from typing import Any

from sqlalchemy import MetaData, Table, create_engine, select

__all__ = ["steps"]


def steps(url: str, *, dag_id: str = "blotter_line") -> dict[str, dict[str, float]]:
    """Return ``{task: {"begins_s", "lasts_s"}}`` of all successful tasks of scheduled rounds."""
    engine = create_engine(url)
    known = MetaData()
    with engine.connect() as line:
        runs, tasks = (
            Table(name, known, autoload_with=line) for name in ("dag_run", "task_instance")
        )
        found = line.execute(
            select(tasks.c.task_id, runs.c.run_after, tasks.c.start_date, tasks.c.end_date)
            .join_from(
                tasks, runs, (tasks.c.run_id == runs.c.run_id) & (tasks.c.dag_id == runs.c.dag_id)
            )
            .where(tasks.c.dag_id == dag_id, tasks.c.state == "success")
            .where(runs.c.run_type == "scheduled")
        ).all()
    engine.dispose()
    began: defaultdict[str, list[float]] = defaultdict(list)
    lasted: defaultdict[str, list[float]] = defaultdict(list)
    for task, due, start, end in found:
        began[task].append(_seconds(start, due))
        lasted[task].append(_seconds(end, start))
    shown = {
        task: {"begins_s": round(median(began[task]), 2), "lasts_s": round(median(lasted[task]), 2)}
        for task in began
    }
    return dict(sorted(shown.items(), key=lambda each: each[1]["begins_s"]))


def _seconds(later: Any, earlier: Any) -> float:
    """Return the seconds between two moments."""
    return float((later - earlier).total_seconds())
