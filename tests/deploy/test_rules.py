"""Prometheus itself says of each alert rule when it rings, and when it does not."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

RULES = Path(__file__).resolve().parents[2] / "deploy/prometheus/alerts.yml"
PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(
    PROMTOOL is None, reason="promtool is absent: apt-get install prometheus"
)

LOOKS, FAILED = 'blotter_looks_total{agency="a"}', 'blotter_look_failures_total{agency="a"}'
EVERY, AGE = 'blotter_every_seconds{agency="a"}', 'blotter_look_age_seconds{agency="a"}'
LAG, OFF = 'blotter_walk_lag_seconds{agency="a"}', 'blotter_agency_off{agency="a"}'
STOPPED, BROKEN = 'blotter_agency_stopped{agency="a"}', 'blotter_agency_broken{agency="a"}'
PAUSED, SWITCHED = 'blotter_agency_paused{agency="a"}', 'blotter_switches_off{scope="feed"}'
HELD, PENDING = (f'blotter_records{{agency="a",state="{each}"}}' for each in ("held", "pending"))
DEAD = 'blotter_sendings{channel="webhook",state="dead"}'
QUARANTINED = 'blotter_payloads{agency="a",state="quarantined"}'
ANOTHER = 'blotter_payloads{agency="b",state="quarantined"}'


def always(value: float) -> str:
    return f"{value}x3000"


def each_hours(hours: int, step: int = 1, times: int = 6) -> str:
    """A counter that grows every so many hours, four minutes between samples."""
    return " ".join(f"{n * step}x{hours * 15 - 1}" for n in range(times))


# alert, what is measured, after how many minutes, whether it rings
CASES: tuple[tuple[str, Mapping[str, str], int, bool], ...] = (
    ("BlotterDown", {'up{job="blotter"}': always(0)}, 12, True),
    ("BlotterDown", {'up{job="blotter"}': always(1)}, 12, False),
    ("BlotterOutOfBalance", {'blotter_ledger_difference{agency="a"}': always(-2)}, 8, True),
    ("BlotterOutOfBalance", {'blotter_ledger_difference{agency="a"}': always(0)}, 8, False),
    ("BlotterWithdrawalLate", {"blotter_withdrawals_due_seconds": always(121)}, 4, True),
    ("BlotterWithdrawalLate", {"blotter_withdrawals_due_seconds": always(119)}, 4, False),
    ("BlotterPublicationLate", {"blotter_files_due_seconds": always(901)}, 8, True),
    (
        "BlotterPublicationLate",
        # What one feed's switch keeps back is not counted, so the switch hides nothing of others.
        {"blotter_files_due_seconds": always(901), SWITCHED: always(1), PAUSED: always(1)},
        8,
        True,
    ),
    ("BlotterPublicationLate", {"blotter_files_due_seconds": always(899)}, 8, False),
    ("BlotterLogUnsealed", {"blotter_unsealed_seconds": always(901)}, 8, True),
    ("BlotterLogUnsealed", {"blotter_unsealed_seconds": always(899)}, 8, False),
    ("BlotterWalkBehind", {LAG: always(601), OFF: always(0), STOPPED: always(0)}, 12, True),
    ("BlotterWalkBehind", {LAG: always(601), OFF: always(1), STOPPED: always(0)}, 12, False),
    ("BlotterWalkBehind", {LAG: always(601), OFF: always(0), STOPPED: always(1)}, 12, False),
    ("BlotterFeedsNotLookedAt", {AGE: always(421), EVERY: always(60)}, 12, True),
    ("BlotterFeedsNotLookedAt", {AGE: always(419), EVERY: always(60)}, 12, False),
    ("BlotterFeedsNotLookedAt", {AGE: always(9_999)}, 12, False),  # one that is pushed
    ("BlotterFeedsFailing", {LOOKS: "0+4x300", FAILED: "0+3x300", EVERY: always(60)}, 60, True),
    ("BlotterFeedsFailing", {LOOKS: "0+4x300", FAILED: "0+1x300", EVERY: always(60)}, 60, False),
    (
        "BlotterFeedsFailing",
        {LOOKS: each_hours(1, times=12), FAILED: each_hours(1, times=12), EVERY: always(3_600)},
        600,
        True,
    ),
    (
        "BlotterFeedsFailing",
        {LOOKS: each_hours(24), FAILED: each_hours(24), EVERY: always(86_400)},
        6_000,
        True,
    ),
    (
        "BlotterFeedsFailing",
        {LOOKS: each_hours(24, 3), FAILED: each_hours(24), EVERY: always(86_400)},
        6_000,
        False,
    ),
    ("BlotterDeskBehind", {"blotter_oldest_pending_seconds": always(3_601)}, 16, True),
    ("BlotterDeskBehind", {"blotter_oldest_pending_seconds": always(3_599)}, 16, False),
    ("BlotterHeldShare", {HELD: always(150), PENDING: always(100)}, 40, True),
    ("BlotterHeldShare", {HELD: always(100), PENDING: always(150)}, 40, False),
    ("BlotterQuarantine", {QUARANTINED: "0 0 8x40"}, 16, True),
    ("BlotterQuarantine", {QUARANTINED: "0 0 8x40", ANOTHER: "90 90 0x40"}, 16, True),
    ("BlotterQuarantine", {QUARANTINED: "0 0 2x40"}, 16, False),
    ("BlotterDeliveriesGivenUp", {DEAD: "0 0 1x40"}, 16, True),
    ("BlotterDeliveriesGivenUp", {DEAD: always(1)}, 16, False),
    ("BlotterRetentionLate", {"blotter_retention_due_seconds": always(7_201)}, 12, True),
    ("BlotterBackupLate", {"blotter_backup_due_seconds": always(1)}, 12, True),
    ("BlotterBackupLate", {"blotter_backup_due_seconds": always(0)}, 12, False),
    # Something is due at any time of a busy day; destroyed within the hour it is not late.
    (
        "BlotterRetentionLate",
        {"blotter_retention_due_seconds": always(3_599), "blotter_retention_due": always(90)},
        12,
        False,
    ),
    ("BlotterAgencyStopped", {STOPPED: always(1)}, 8, True),
    ("BlotterAgencyStopped", {STOPPED: always(0)}, 8, False),
    ("BlotterAgencyBroken", {BROKEN: always(1), OFF: always(0)}, 12, True),
    ("BlotterAgencyBroken", {BROKEN: always(1), OFF: always(1)}, 12, False),
    ("BlotterAgencyPaused", {PAUSED: always(1)}, 4, True),
    ("BlotterAgencyPaused", {PAUSED: always(0)}, 4, False),
    ("BlotterSwitchedOff", {SWITCHED: always(1)}, 252, True),
    ("BlotterSwitchedOff", {SWITCHED: always(1)}, 120, False),
)


def rings(folder: Path, alert: str, series: Mapping[str, str], minutes: int) -> bool:
    """Return whether the alert is firing by then; Prometheus is asked for yes, else for no."""
    ringing = f'count(ALERTS{{alertname="{alert}",alertstate="firing"}})'
    file = folder / "test.yml"
    for answer, samples in ((True, [{"labels": "{}", "value": 1}]), (False, [])):
        content = {
            "rule_files": [str(RULES)],
            "evaluation_interval": "4m",
            "tests": [
                {
                    "interval": "4m",
                    "input_series": [{"series": s, "values": v} for s, v in series.items()],
                    "promql_expr_test": [
                        {"expr": ringing, "eval_time": f"{minutes}m", "exp_samples": samples}
                    ],
                }
            ],
        }
        file.write_text(yaml.safe_dump(content))
        command = [str(PROMTOOL), "test", "rules", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return answer
        assert "exp:" in done.stdout + done.stderr, done.stdout + done.stderr
    raise AssertionError("neither rings nor is silent")


@needs_promtool
@pytest.mark.parametrize(
    ("alert", "series", "minutes", "expected"),
    CASES,
    ids=[f"{alert}-{number}" for number, (alert, *_) in enumerate(CASES)],
)
def test_a_rule_rings_when_it_should_and_only_then(
    tmp_path: Path, alert: str, series: Mapping[str, str], minutes: int, expected: bool
) -> None:
    assert rings(tmp_path, alert, series, minutes) is expected


@needs_promtool
def test_prometheus_reads_the_files_and_shows_a_token_that_its_page_puts_beside_them(
    tmp_path: Path,
) -> None:
    """The unit of the metrics always has one: without it Prometheus is refused, and rings."""
    for name in ("alerts.yml", "prometheus.yml"):
        shutil.copy(RULES.with_name(name), tmp_path)
    config = yaml.safe_load((tmp_path / "prometheus.yml").read_text())
    (scraped,) = config["scrape_configs"]
    token = scraped["authorization"]["credentials_file"]
    (tmp_path / token).write_text("a-long-secret")
    page = (RULES.parents[2] / "docs/how-to/deploy.md").read_text()
    assert f"/etc/blotter/secrets/metrics-token /etc/prometheus/{token}" in page
    for what, name in (("rules", "alerts.yml"), ("config", "prometheus.yml")):
        done = subprocess.run(
            [str(PROMTOOL), "check", what, name],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_each_rule_is_tried_both_ways() -> None:
    named = {rule["alert"] for rule in yaml.safe_load(RULES.read_text())["groups"][0]["rules"]}
    assert len(named) > 12
    for expected in (True, False):
        assert {alert for alert, _, _, rung in CASES if rung is expected} == named
