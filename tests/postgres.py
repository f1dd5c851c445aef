"""A PostgreSQL server of the tests' own, started from Debian's binaries on loopback."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

MISSING = "PostgreSQL's server is not installed: apt-get install postgresql"


def binaries() -> Path | None:
    """Return the folder with ``initdb`` and ``postgres``, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return None if initdb is None else Path(initdb).parent


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """Run a server in a folder of its own; yield its URL; stop and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="blotter-pg-"))
    # The server refuses to run as root; Debian's package makes the user for it.
    user = "postgres" if os.geteuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "blotter", "-A", "trust", "--no-sync"],
        check=True,
        user=user,
        **quiet,
    )
    settings = ["-c", "listen_addresses=127.0.0.1", "-c", f"port={port}", "-c", "fsync=off"]
    process = subprocess.Popen(
        [programs / "postgres", "-D", data, "-k", folder, *settings], user=user, **quiet
    )
    try:
        _wait(port)
        yield f"postgresql://blotter@127.0.0.1:{port}/postgres"
    finally:
        process.send_signal(signal.SIGINT)  # a fast shutdown; SIGTERM would wait for clients
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int) -> None:
    last: psycopg.OperationalError | None = None
    for _ in range(100):
        try:
            psycopg.connect(
                host="127.0.0.1", port=port, user="blotter", dbname="postgres", connect_timeout=2
            ).close()
        except psycopg.OperationalError as error:
            last = error
            subprocess.run(["sleep", "0.1"], check=True)
        else:
            return
    raise RuntimeError("the test server did not start") from last


def fresh_database(url: str, name: str) -> str:
    """Create an empty database on the server and return its URL."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return url.rsplit("/", 1)[0] + f"/{name}"
