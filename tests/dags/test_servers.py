"""PostgreSQL and Redis of a scaled-out Airflow: started together, and never left running."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from dags.standalone.environment import Home, HomeRefused, claim
from dags.standalone.servers import Servers

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(
    shutil.which("redis-server") is None or not list(Path("/usr/lib/postgresql").glob("*/bin")),
    reason="PostgreSQL or Redis is absent: apt-get install postgresql redis-server",
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    for folder in (tmp_path, *tmp_path.parents[:3]):  # PostgreSQL's user has to pass through
        folder.chmod(folder.stat().st_mode | 0o011)
    made = Home(folder=tmp_path / "airflow", dags=ROOT / "dags", port=1, execution_port=2)
    claim(made)
    return made


def answering(home: Home) -> list[str]:
    """Return which of a home's servers answer."""
    keys = Servers.of(home).keys
    found = []
    for name in ("postgres", "redis"):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", keys[name]["port"])) == 0:
                found.append(name)
    return found


def test_both_run_inside_the_block_and_neither_after_it(home: Home) -> None:
    with suppress(KeyError), Servers.of(home):
        assert answering(home) == ["postgres", "redis"]
        raise KeyError
    assert answering(home) == []


def test_without_redis_postgresql_does_not_stay_behind(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(home.folder))
    with pytest.raises(HomeRefused, match="redis-server is not installed"):
        Servers.of(home).__enter__()
    assert (home.folder / "postgres" / "data" / "PG_VERSION").exists()
    assert answering(home) == []


def test_what_a_killed_supervisor_left_is_taken_over_and_stopped(home: Home) -> None:
    left = Servers.of(home)
    left.__enter__()
    with Servers.of(home):
        assert answering(home) == ["postgres", "redis"]
    assert answering(home) == []
    assert left.redis is not None
    assert left.redis.wait(10) == 0


FAILING = """
import sys
from sqlalchemy.exc import OperationalError
from dags.standalone import supervisor

def no_database():
    raise OperationalError("-", None, Exception("gone"))

supervisor._prepare = no_database
sys.exit(supervisor.main(sys.argv[1:]))
"""


def test_a_start_that_fails_later_stops_them_too(
    home: Home, supervise: Callable[..., list[str]]
) -> None:
    options = supervise(home.folder.parent / "other", "--workers", "1")[2:]
    done = subprocess.run(
        [sys.executable, "-c", FAILING, *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2, done.stderr
    assert "airflow.db moved away" in done.stderr
    other = Home(folder=home.folder.parent / "other", dags=home.dags, port=1, execution_port=2)
    assert (other.folder / "postgres" / "data" / "PG_VERSION").exists()
    assert answering(other) == []
