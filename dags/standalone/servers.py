"""PostgreSQL and Redis for an Airflow of several workers, from Debian's programs, on loopback.

In: the folder of one Airflow. Out: two running servers with data, passwords and ports of their own,
and the variables by which Airflow, Celery and Blotter find them. Data stays; a server that a killed
supervisor left behind is taken over. Passwords are written into ``servers.json`` of that folder and
handed over in files or on standard input, never on a command line. Never listens beyond loopback.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from dags.standalone.environment import LOOPBACK, Home, HomeRefused, write_private

__all__ = ["Servers"]

_DATABASES = ("airflow", "blotter")
_WAIT = 60.0  # seconds
_MISSING = "is not installed; on Debian: apt-get install postgresql redis-server"


@dataclass(slots=True)
class Servers:
    """The two servers of one Airflow."""

    folder: Path
    keys: dict[str, Any]
    redis: subprocess.Popen[bytes] | None = None

    @classmethod
    def of(cls, home: Home) -> Servers:
        """Return the servers of a home; choose ports and passwords at the first time.

        Raises ``HomeRefused`` when the folder cannot be written.
        """
        path = home.folder / "servers.json"
        if not path.exists():
            keys = {
                "postgres": {"port": _free(), "password": secrets.token_urlsafe(24)},
                "redis": {"port": _free(), "password": secrets.token_urlsafe(24)},
            }
            write_private(path, json.dumps(keys))
        return cls(folder=home.folder, keys=json.loads(path.read_text()))

    def environment(self, concurrency: int) -> dict[str, str]:
        """Return the variables by which tasks and workers find the servers."""
        redis = self.keys["redis"]
        return {
            "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": self._url("airflow", "+psycopg"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": self._url("airflow", "+psycopg_async"),
            "AIRFLOW__CELERY__BROKER_URL": f"redis://:{redis['password']}@{LOOPBACK}:{redis['port']}/0",
            "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{self._url('airflow', '+psycopg')}",
            "AIRFLOW__CELERY__WORKER_CONCURRENCY": str(concurrency),
            # Many workers ask one server; a busy machine must not fail a task for it.
            "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "60",
            "BLOTTER_DATABASE_URL": self._url("blotter"),
        }

    def _url(self, database: str, driver: str = "") -> str:
        given = self.keys["postgres"]
        return f"postgresql{driver}://blotter:{given['password']}@{LOOPBACK}:{given['port']}/{database}"

    def __enter__(self) -> Servers:
        """Start both; make the databases at the first time.

        Raises ``HomeRefused`` when one is not installed or does not start; nothing runs then.
        """
        programs = _programs()
        with ExitStack() as started:
            started.callback(self._stop, programs)
            self._start_postgres(programs)
            self._start_redis()
            started.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop(_programs())

    def _stop(self, programs: Path) -> None:
        """Stop what runs; PostgreSQL ends its sessions first."""
        self._stop_redis()
        _run([programs / "pg_ctl", "-D", self._data, "-m", "fast", "-w", "stop"])

    def _stop_redis(self) -> None:
        """Stop Redis: this supervisor's own, or the one a killed supervisor left behind."""
        given = self.keys["redis"]
        with suppress(OSError), socket.create_connection((LOOPBACK, given["port"]), 5.0) as line:
            line.sendall(f"AUTH {given['password']}\r\nSHUTDOWN NOSAVE\r\n".encode())
            while line.recv(1024):  # it answers by closing
                pass
        if self.redis is not None:
            self.redis.terminate()
            self.redis.wait()

    @property
    def _data(self) -> Path:
        return self.folder / "postgres" / "data"

    def _start_postgres(self, programs: Path) -> None:
        place = self._data.parent
        if not (self._data / "PG_VERSION").exists():
            self._make(programs, place)
        if _run([programs / "pg_ctl", "-D", self._data, "status"]).returncode == 0:
            return  # left running by a supervisor that was killed
        options = f"-p {self.keys['postgres']['port']} -h {LOOPBACK} -k {place}"
        command = [programs / "pg_ctl", "-D", self._data, "-w", "-l", place / "log"]
        if _run([*command, "-o", options, "start"]).returncode:
            raise HomeRefused(f"PostgreSQL does not start; see {place / 'log'}")
        for name in _DATABASES:
            made = [programs / "createdb", "-h", place, "-p", str(self.keys["postgres"]["port"])]
            _run([*made, "-U", "blotter", name])  # it is there from the second time on

    def _make(self, programs: Path, place: Path) -> None:
        """Make an empty cluster; by password over the network, by owner over its own socket."""
        place.mkdir(mode=0o700, exist_ok=True)
        word = place / "word"
        write_private(word, self.keys["postgres"]["password"])
        if os.geteuid() == 0:
            # The server refuses to run as root; Debian's package makes the user for it.
            self.folder.chmod(0o711)
            for path in (place, word):
                shutil.chown(path, "postgres")
        command = [programs / "initdb", "-D", self._data, "-U", "blotter", f"--pwfile={word}"]
        failed = _run([*command, "--auth-host=scram-sha-256", "--auth-local=trust"]).returncode
        word.unlink()
        if failed:
            user = "its user postgres" if os.geteuid() == 0 else "you"
            raise HomeRefused(
                f"PostgreSQL cannot make its files in {place}; see that {user} may pass through "
                "every folder above it, and that the disk has room"
            )

    def _start_redis(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise HomeRefused(f"redis-server {_MISSING}")
        given = self.keys["redis"]
        settings = f"bind {LOOPBACK}\nport {given['port']}\nrequirepass {given['password']}\n"
        settings += f'save ""\nappendonly no\ndir {self.folder}\n'
        with (self.folder / "logs" / "redis.log").open("ab") as log:
            self.redis = subprocess.Popen([program, "-"], stdin=subprocess.PIPE, stdout=log)
        if self.redis.stdin is not None:
            self.redis.stdin.write(settings.encode())
            self.redis.stdin.close()
        end = time.monotonic() + _WAIT
        while not _answers(given["port"]):
            if self.redis.poll() is not None or time.monotonic() > end:
                raise HomeRefused(f"Redis does not start; see {self.folder / 'logs/redis.log'}")
            time.sleep(0.05)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    program = str(found[-1]) if found else shutil.which("pg_ctl")
    if program is None:
        raise HomeRefused(f"PostgreSQL's server {_MISSING}")
    return Path(program).parent


def _run(command: list[Any]) -> subprocess.CompletedProcess[bytes]:
    """Run one of PostgreSQL's programs quietly, as its user where this one is root."""
    user = "postgres" if os.geteuid() == 0 else None
    return subprocess.run(
        [str(part) for part in command],
        check=False,
        user=user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _free() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0
