"""Runs the real receiver, to be killed at a step: ``python serve.py STEP NTH``.

The settings come from the environment. Once the step was reached for the NTH time the process
kills itself with SIGKILL. Prints the port it listens on.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import uvicorn
from sqlalchemy import Engine, event

from pipeline.adapters import durable, vault
from pipeline.receiver import Receiver, app, build_receiver
from pipeline.receiver.bell import Bell
from pipeline.usecases import receive
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import load_settings

STEPS = (
    "body read",
    "object open",
    "object written",
    "folder synced",
    "object put",
    "row inserted",
    "committing",
    "committed",
    "counted",
    "received",
    "answered",
    "told",
)
AT = datetime.fromisoformat("2026-03-02T18:00:00+00:00")


def main(step: str, nth: int) -> None:
    left = [nth]

    def reached(name: str) -> None:
        if name == step:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def after(module: Any, name: str, told: str, before: str = "") -> None:
        real: Callable[..., Any] = getattr(module, name)

        def watched(*given: Any, **more: Any) -> Any:
            reached(before)
            result = real(*given, **more)
            reached(told)
            return result

        setattr(module, name, watched)

    after(vault, "write_new", "object written", "object open")
    after(vault, "sync_folder", "folder synced")
    after(vault.Vault, "put", "object put")
    after(receive, "touch_feed", "counted")
    after(app, "receive", "received", "body read")
    after(app, "_acknowledged", "answered")
    assert durable

    @event.listens_for(Engine, "before_cursor_execute")
    def _statement(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        if "INSERT INTO payloads" in statement:
            reached("row inserted")

    @event.listens_for(Engine, "commit")
    def _committing(_: Any) -> None:
        reached("committing")

    after(receive, "land", "committed")
    settings = load_settings(os.environ)
    with open_resources(settings, now=AT) as resources:
        receiver = Receiver(
            settings=settings,
            resources=resources,
            clock=lambda: AT,
            seconds=time.monotonic,
            bell=Bell(lambda: reached("told")),
        )
        listener = socket.create_server(("127.0.0.1", 0))
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        config = uvicorn.Config(build_receiver(receiver), log_level="critical", ws="none")
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
