"""Settings that may not be anything: a rehearsed present, and hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.model import ConfigError
from pipeline.usecases.settings import SAMPLES, load_settings, present

CLOCK = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_the_present_is_the_clocks_unless_the_samples_are_rehearsed() -> None:
    samples = {"BLOTTER_AGENCIES": str(SAMPLES)}
    assert present(load_settings(samples), CLOCK) == CLOCK
    rehearsed = load_settings(samples | {"BLOTTER_REHEARSAL": "2026-03-03T16:30:00Z"})
    assert present(rehearsed, CLOCK) == datetime(2026, 3, 3, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize("agencies", ["elsewhere", "sample_feeds/../agencies"])
def test_the_calls_of_real_people_have_no_other_present_than_now(
    agencies: str, tmp_path: Path
) -> None:
    given = {
        "BLOTTER_AGENCIES": str(tmp_path / agencies),
        "BLOTTER_REHEARSAL": "2026-03-03T16:30:00Z",
    }
    with pytest.raises(ConfigError, match="sample feeds only"):
        load_settings(given)


@pytest.mark.parametrize("moment", ["soon", "2026-03-03", "2026-03-03T16:30:00"])
def test_a_moment_that_is_none_is_refused(moment: str) -> None:
    given = {"BLOTTER_AGENCIES": str(SAMPLES), "BLOTTER_REHEARSAL": moment}
    with pytest.raises(ConfigError, match="no moment"):
        load_settings(given)


def test_hours_until_a_backup_is_late_are_a_whole_number() -> None:
    assert load_settings({}).backup_within == timedelta(hours=30)
    assert not load_settings({"BLOTTER_BACKUP_ALARM_HOURS": "0"}).backup_within
    for odd in ("-1", "1.5", "٣", "99999", "soon"):
        with pytest.raises(ConfigError, match="no number of hours"):
            load_settings({"BLOTTER_BACKUP_ALARM_HOURS": odd})
