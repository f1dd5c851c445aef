"""The supervisor's folder, its secrets and the environment it gives to Airflow; and its pruning."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

STANDALONE = Path(__file__).resolve().parents[2] / "dags" / "standalone"


def loaded(stem: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"standalone_{stem}", STANDALONE / f"{stem}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


environment = loaded("environment")
pruning = loaded("pruning")


def home(folder: Path) -> environment.Home:
    return environment.Home(folder=folder, dags=folder / "dags", port=18080, execution_port=18081)


def test_settings_of_another_airflow_and_dev_do_not_get_through(tmp_path: Path) -> None:
    inherited = {
        "PATH": "/bin",
        "BLOTTER_HOME": "/var/blotter",
        "DEV": "1",
        "AIRFLOW_HOME": "/home/somebody/airflow",
        "AIRFLOW__CORE__DAGS_FOLDER": "/home/somebody/dags",
        "AIRFLOW__CORE__FERNET_KEY": "theirs",
        "_AIRFLOW__AS_LIBRARY": "1",
        "AIRFLOW_CONN_CAD": "kept",
    }
    made = environment.environment_for(home(tmp_path), inherited)
    assert made["PATH"] == "/bin"
    assert made["BLOTTER_HOME"] == "/var/blotter"
    assert made["AIRFLOW_CONN_CAD"] == "kept"
    assert "DEV" not in made
    assert "_AIRFLOW__AS_LIBRARY" not in made
    assert made["AIRFLOW_HOME"] == str(tmp_path)
    assert made["AIRFLOW__CORE__DAGS_FOLDER"] == str(tmp_path / "dags")
    assert made["AIRFLOW__CORE__FERNET_KEY"] != "theirs"
    addresses = [value for value in made.values() if "://" in value or value.count(".") == 3]
    assert len(addresses) == 4
    assert all("127.0.0.1" in value or value.startswith("sqlite:") for value in addresses)


def test_secrets_are_made_once_and_only_the_owner_may_read_them(tmp_path: Path) -> None:
    first = environment.environment_for(home(tmp_path), {})
    assert environment.environment_for(home(tmp_path), {}) == first
    assert len(first["AIRFLOW__API_AUTH__JWT_SECRET"]) >= 64
    files = sorted(path for path in tmp_path.iterdir() if path.is_file())
    assert [path.name for path in files] == ["passwords.json", "secrets.json"]
    assert [path.stat().st_mode & 0o777 for path in files] == [0o600, 0o600]
    other = environment.environment_for(home(make(tmp_path / "other")), {})
    secrets = set(json.loads(files[1].read_text()).values())
    assert len(secrets) == 3
    assert secrets.isdisjoint(other.values())


def test_people_beside_the_administrator_get_passwords_that_airflow_need_not_make(
    tmp_path: Path,
) -> None:
    first = environment.environment_for(home(tmp_path), {})
    assert first["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"] == "admin:admin"
    mine = json.loads((tmp_path / "passwords.json").read_text())["admin"]
    people = {"BLOTTER_AIRFLOW_PEOPLE": "ida.okwu:user, per.lund:op"}
    made = environment.environment_for(home(tmp_path), people)
    users = made["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"]
    assert users == "admin:admin,ida.okwu:user,per.lund:op"
    passwords = json.loads((tmp_path / "passwords.json").read_text())
    assert passwords["admin"] == mine
    assert set(passwords) == {"admin", "ida.okwu", "per.lund"}
    assert len(set(passwords.values())) == 3
    assert (tmp_path / "passwords.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("given", ["ida", "ida:admin", "admin:user", "a:user a:op", "I D:user"])
def test_people_that_cannot_be_read_are_refused(tmp_path: Path, given: str) -> None:
    with pytest.raises(environment.HomeRefused, match="BLOTTER_AIRFLOW_PEOPLE"):
        environment.environment_for(home(tmp_path), {"BLOTTER_AIRFLOW_PEOPLE": given})


def make(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_broken_secrets_file_is_refused_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(environment.HomeRefused, match=r"secrets\.json cannot be read; remove it"):
        environment.environment_for(home(tmp_path), {})


def test_one_home_is_claimed_once_at_a_time(tmp_path: Path) -> None:
    handle = environment.claim(home(tmp_path / "airflow"))
    with pytest.raises(environment.HomeRefused, match="another supervisor runs"):
        environment.claim(home(tmp_path / "airflow"))
    os.close(handle)
    os.close(environment.claim(home(tmp_path / "airflow")))
    assert (tmp_path / "airflow").stat().st_mode & 0o077 == 0


def test_a_home_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(environment.HomeRefused, match=r"cannot write to .*pass --home"):
        environment.claim(home(tmp_path / "file" / "airflow"))


@pytest.mark.parametrize("port", [70000, -1])
def test_a_port_that_cannot_exist_is_refused(port: int) -> None:
    with pytest.raises(environment.HomeRefused, match=f"port {port} .*--port"):
        environment.refuse_taken_port(port, "--port")


def test_a_taken_port_is_refused_and_a_free_one_is_not() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(environment.HomeRefused, match="cannot be used"):
            environment.refuse_taken_port(port, "--port")
    environment.refuse_taken_port(port, "--port")


def test_pruning_removes_old_task_logs_and_cuts_long_ones(tmp_path: Path) -> None:
    now = datetime(2026, 3, 10, tzinfo=UTC)
    old, new = now - timedelta(days=8), now - timedelta(days=6)
    kept = dated(tmp_path / "tasks" / "dag_id=blotter_line" / "run_id=new" / "1.log", new)
    gone = dated(tmp_path / "tasks" / "dag_id=blotter_line" / "run_id=old" / "1.log", old)
    parsed = dated(tmp_path / "parsing" / "2026-03-01" / "line.py.log", old)
    mine = dated(tmp_path / "scheduler.log", old)
    long = dated(tmp_path / "web.log", new)
    os.truncate(long, pruning.LONGEST_LOG + 1)
    pruning.prune_logs(tmp_path, now)
    assert [path.exists() for path in (kept, gone, parsed, mine)] == [True, False, False, True]
    assert not gone.parent.exists()
    assert long.stat().st_size == 0


def dated(path: Path, at: datetime) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("line\n")
    for place in (path, path.parent):
        os.utime(place, (at.timestamp(), at.timestamp()))
    return path
