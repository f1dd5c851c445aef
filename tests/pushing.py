"""A receiver on the loopback over the small invented agency, and a client that pushes to it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from elm_bluff import Line, build_line, call
from loopback import served

from pipeline.receiver import Receiver, build_receiver
from pipeline.receiver.bell import Bell
from pipeline.usecases.api_keys import NewKey, new_key
from pipeline.usecases.resources import open_resources

JSON_FORMAT = {"kind": "json", "records": "@", "max_bytes": 200_000}


def body_of(*numbers: str) -> bytes:
    return json.dumps([call(number) for number in numbers]).encode()


def make_pushing(line: Line, **transport: Any) -> None:
    """Let the agency push JSON instead of dropping tables."""
    line.change(transport=None, format=None)
    line.change(transport={"kind": "push", **transport}, format=JSON_FORMAT)


def build_pushing(root: Path, **transport: Any) -> Line:
    """Build the small agency below ``root`` on SQLite, and let it push JSON."""
    line = build_line(root, f"sqlite:///{root / 'home' / 'blotter.db'}")
    make_pushing(line, **transport)
    return line


def key_of(line: Line, *, overlap: timedelta = timedelta(0), signed: bool = False) -> NewKey:
    return new_key(
        line.settings,
        "elm-bluff",
        now=line.at,
        overlap=overlap,
        signed=signed,
        by="Enno Vries",
        randomness=secrets.token_bytes,
    )


@contextmanager
def receiving(line: Line, **more: Any) -> Iterator[httpx.Client]:
    """Serve the receiver; yield a client for it. Its clock stands at the line's present."""
    with open_resources(line.settings, now=line.at) as resources:
        seconds = iter(range(10_000))
        plain = {"clock": lambda: line.at, "seconds": lambda: float(next(seconds)) / 1_000}
        receiver = Receiver(
            settings=line.settings,
            resources=resources,
            bell=Bell(lambda: None),
            **{**plain, **more},
        )
        with served(build_receiver(receiver)) as url, httpx.Client(base_url=url) as client:
            yield client


def push(
    client: httpx.Client,
    body: bytes,
    token: str,
    agency: str = "elm-bluff",
    media: str = "application/json",
    **headers: str,
) -> httpx.Response:
    sent = {"authorization": f"Bearer {token}", "content-type": media}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(f"/v1/agencies/{agency}/payloads", content=body, headers=sent)


def signed(key: NewKey, body: bytes, at: datetime, message_id: str = "msg-1") -> dict[str, str]:
    """Return the headers of Standard Webhooks, computed independently of the receiver."""
    secret = base64.b64decode(key.signing_secret.removeprefix("whsec_"))
    seconds = str(int(at.timestamp()))
    right = hmac.new(secret, f"{message_id}.{seconds}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook_id": message_id,
        "webhook_timestamp": seconds,
        "webhook_signature": f"v1,{base64.b64encode(right).decode()}",
    }
