"""What the hour makes of what it saw."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from benchmarks.hour import Measured, figures, growth, not_flat
from benchmarks.steps import steps


@pytest.mark.parametrize("an_hour", [0.0, 60.0, -12.0])
def test_growth_is_that_of_the_second_half(an_hour: float) -> None:
    warming = [(10.0 * n, 1_000.0 + 5 * n) for n in range(100)]
    after = [
        (10.0 * n, 1_500.0 + an_hour * 10 * n / 3600 + (40 if n % 5 == 2 else 0))
        for n in range(100, 200)
    ]
    grown = growth([*warming, *after])
    assert grown is not None
    assert abs(grown - an_hour) < 1


def test_a_short_run_says_nothing_of_growth() -> None:
    assert growth([(10.0 * n, 1_000.0) for n in range(58)]) is None
    assert "memory_mb_more_an_hour" not in figures(Measured(), 4, 1.0)


def test_memory_is_flat_only_when_it_was_watched_for_long_enough() -> None:
    def growing(an_hour: float, looks: int) -> list[tuple[float, float]]:
        return [(10.0 * n, 1_000.0 + an_hour * 10 * n / 3600) for n in range(looks)]

    assert not_flat(growing(14.0, 120), 15.0) == []
    assert not_flat(growing(16.0, 120), 15.0) == ["memory grows by 16.0 MB an hour"]
    (short,) = not_flat(growing(0.0, 50), 15.0)
    assert "too short" in short
    assert not_flat(growing(16.0, 120), None) == []


def test_steps_are_medians_of_successful_tasks_of_scheduled_rounds(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'airflow.db'}"
    engine = create_engine(url)
    due = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001 - as Airflow keeps it there
    rows = []
    for n in range(3):
        for task, begins, lasts in (("walk", 3.0, 1.5), ("poll", 0.5 + n / 10, 2.0)):
            start = due + timedelta(seconds=30 * n + begins)
            rows.append((task, f"r{n}", start, start + timedelta(seconds=lasts), "success"))
    rows.append(("poll", "r2", due, due + timedelta(seconds=900), "failed"))
    rows.append(("poll", "hand", due, due + timedelta(seconds=900), "success"))
    with engine.begin() as line:
        line.execute(
            text(
                "create table dag_run (dag_id text, run_id text, run_type text, run_after datetime)"
            )
        )
        line.execute(
            text(
                "create table task_instance (dag_id text, task_id text, run_id text, state text,"
                " start_date datetime, end_date datetime)"
            )
        )
        for n in range(3):
            line.execute(
                text("insert into dag_run values ('blotter_line', :run, 'scheduled', :due)"),
                {"run": f"r{n}", "due": str(due + timedelta(seconds=30 * n))},
            )
        line.execute(
            text("insert into dag_run values ('blotter_line', 'hand', 'manual', :due)"),
            {"due": str(due)},
        )
        for task, run, start, end, state in rows:
            line.execute(
                text("insert into task_instance values ('blotter_line', :t, :r, :s, :b, :e)"),
                {"t": task, "r": run, "s": state, "b": str(start), "e": str(end)},
            )
    engine.dispose()
    found = steps(url)
    assert list(found) == ["poll", "walk"]
    assert found == {
        "poll": {"begins_s": 0.6, "lasts_s": 2.0},
        "walk": {"begins_s": 3.0, "lasts_s": 1.5},
    }
