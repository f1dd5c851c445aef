"""The home of one Airflow on one machine: secrets, settings, its claim on the folder.

In: a folder and two ports. Out: the environment variables that make Airflow run from that folder,
on loopback only. Every ``AIRFLOW*`` variable the caller had is dropped, so that another Airflow on
the same machine cannot leak in; ``AIRFLOW_CONN_*`` and ``AIRFLOW_VAR_*`` stay. Secrets are made
here, before Airflow is imported, because processes that make their own disagree about them.
This module must never import Airflow, and never write a secret anywhere but into its two files.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import re
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Home", "HomeRefused", "claim", "environment_for", "refuse_taken_port", "write_private"]

LOOPBACK = "127.0.0.1"
ADMIN = "admin"
_PERSON = re.compile(r"([a-z][a-z.-]{0,39}):(viewer|user|op)")


class HomeRefused(Exception):
    """Airflow cannot run like this; the text is one line that says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where one Airflow lives. ``port`` serves people and the command line, the other the tasks."""

    folder: Path
    dags: Path
    port: int
    execution_port: int

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def state(self) -> Path:
        return self.folder / "supervisor.json"

    @property
    def passwords(self) -> Path:
        return self.folder / "passwords.json"

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def execution_url(self) -> str:
        return f"http://{LOOPBACK}:{self.execution_port}/execution/"


def claim(home: Home) -> int:
    """Create the folder and lock it for this process and its children; return the lock.

    Raises ``HomeRefused`` when the folder cannot be written or another supervisor holds it.
    """
    try:
        home.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.logs.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(home.folder / "supervisor.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise HomeRefused(
            f"cannot write to {home.folder} ({error.strerror}); pass --home with another folder"
        ) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise HomeRefused(
            f"another supervisor runs in {home.folder}; stop it or pass another --home"
        ) from None
    return descriptor


def refuse_taken_port(port: int, option: str) -> None:
    """Raise ``HomeRefused`` when nothing can listen on this loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except (OSError, OverflowError):
            raise HomeRefused(
                f"port {port} on {LOOPBACK} cannot be used; pass {option} with a free one"
            ) from None


def environment_for(home: Home, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the whole environment of the supervisor's children, creating secrets when absent.

    ``DEV`` is dropped too: with it Airflow prints the values of local variables into its logs.
    """
    kept = {name: value for name, value in inherited.items() if not _meddles(name)}
    people = _people(kept.get("BLOTTER_AIRFLOW_PEOPLE", ""))
    return kept | _settings(home, people) | _secrets(home, people)


def _people(given: str) -> dict[str, str]:
    """Return Airflow's users by name with their roles; raises ``HomeRefused``."""
    people = {ADMIN: "admin"}
    for each in given.replace(",", " ").split():
        found = _PERSON.fullmatch(each)
        if found is None or found[1] in people:
            raise HomeRefused(
                "BLOTTER_AIRFLOW_PEOPLE cannot be read; write it like ida.okwu:user per.lund:user, "
                "with the roles viewer, user or op, each name once"
            )
        people[found[1]] = found[2]
    return people


def _meddles(name: str) -> bool:
    return name == "DEV" or (
        name.startswith(("AIRFLOW", "_AIRFLOW"))
        and not name.startswith(("AIRFLOW_CONN_", "AIRFLOW_VAR_"))
    )


def _settings(home: Home, people: Mapping[str, str]) -> dict[str, str]:
    """Return Airflow's settings for one machine with two cores, measured for that size."""
    chosen = {
        "CORE__AUTH_MANAGER": (
            "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager"
        ),
        "CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(
            f"{name}:{role}" for name, role in people.items()
        ),
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home.passwords),
        "CORE__DAGS_FOLDER": str(home.dags),
        "CORE__PLUGINS_FOLDER": str(home.dags / "plugins"),
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__MP_START_METHOD": "fork",
        "CORE__PARALLELISM": "6",
        "CORE__EXECUTION_API_SERVER_URL": home.execution_url,
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home.folder / 'airflow.db'}",
        "API__HOST": LOOPBACK,
        "API__PORT": str(home.port),
        "API__BASE_URL": home.url,
        "API__EXPOSE_CONFIG": "False",
        # Seconds. A crash is noticed by the next scheduler after about half a minute.
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        "SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "20",
        "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "15",
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
        "DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "60",
        "LOGGING__BASE_LOG_FOLDER": str(home.logs / "tasks"),
        "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(home.logs / "parsing"),
        "LOGGING__COLORED_CONSOLE_LOG": "False",
        "LOGGING__UVICORN_LOGGING_LEVEL": "WARNING",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    return {"AIRFLOW_HOME": str(home.folder)} | {
        f"AIRFLOW__{name}": value for name, value in chosen.items()
    }


def _secrets(home: Home, people: Mapping[str, str]) -> dict[str, str]:
    """Return the shared keys; write them and everybody's passwords once, owner-readable only."""
    path = home.folder / "secrets.json"
    if not path.exists():
        keys = {
            "AIRFLOW__CORE__FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(64),
            "AIRFLOW__API__SECRET_KEY": secrets.token_urlsafe(32),
        }
        write_private(path, json.dumps(keys))
    # Airflow would make a missing password itself, and write it into its log.
    known = _read(home.passwords) if home.passwords.exists() else {}
    new = {name: secrets.token_urlsafe(24) for name in people if name not in known}
    if new:
        write_private(home.passwords, json.dumps(known | new) + "\n")
    return _read(path)


def _read(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError):
        raise HomeRefused(f"{path} cannot be read; remove it to have new keys made") from None


def write_private(path: Path, text: str) -> None:
    """Write a file whole or not at all, mode 0600. Raises ``HomeRefused``."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise HomeRefused(
            f"cannot write {path} ({error.strerror}); free the disk or mend its permissions"
        ) from None
