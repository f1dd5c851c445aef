"""Posting to strangers' addresses: what is refused, what is pinned, what is never followed."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook

from pipeline.adapters.addresses import is_public
from pipeline.adapters.outbound import Answer, check_url, post
from pipeline.adapters.webhook_signing import public_key, shared_secret, signed_headers
from pipeline.model import Refused

NOT_PUBLIC = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("0.0.0.0", "255.255.255.255", "224.0.0.1", "198.18.0.1", "192.0.2.1", "203.0.113.9"),
    *("192.0.0.8", "240.0.0.1", "100.100.100.200", "192.88.99.1"),
    *(
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "2002:7f00:1::",
    ),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "::127.0.0.1"),
    *("64:ff9b:1::1", "2001::1", "fe80::1%eth0", "fec0::1", "100::1", "5f00::1", "3fff::1"),
    *("", "x", "2130706433", "0x7f000001", "127.1", "①②⑦.⓪.⓪.①"),
]


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_an_address_that_is_not_of_the_public_internet_is_known(text: str) -> None:
    assert not is_public(text)


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_a_public_address_is_known(text: str) -> None:
    assert is_public(text)


@pytest.mark.parametrize(
    "url",
    [
        *("http://receiver.example/", "ftp://receiver.example", "https://", "x", "", "//receiver"),
        *("https://u:p@receiver.example/", "https://receiver.example:22/", "https://a.example/#x"),
        *("https://a.example:99999/", "https://[::1", "javascript:alert(1)", "https://a b.example"),
        "https://a.example/\r\nHost: b",
        *("https://0177.0.0.1/", "https://\uff11\uff12\uff17.0.0.1/"),
    ],
)
def test_what_may_be_no_receivers_address_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        check_url(url)


def answered(
    addresses: Sequence[str], url: str = "https://receiver.example/", **more: Any
) -> Answer:
    async def resolver(host: str, port: int) -> Sequence[str]:
        return addresses

    return asyncio.run(post(url, b"{}", {}, resolver=resolver, **more))


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"]])
def test_a_name_with_one_forbidden_address_is_refused(addresses: list[str]) -> None:
    assert answered(addresses).outcome == "address-refused"


@pytest.mark.parametrize("url", ["https://0177.0.0.1/", "https://[::1", "https://a..b/"])
def test_an_address_nobody_can_read_ends_in_a_word_and_stops_nothing(url: str) -> None:
    assert asyncio.run(post(url, b"{}", {})).outcome in ("connection", "unknown-host")


def test_a_name_without_addresses_is_unknown() -> None:
    assert answered([]).outcome == "unknown-host"


class Server:
    """A receiver on loopback that answers what it is told, byte by byte."""

    def __init__(self, reply: bytes, *, wait: float = 0.0, reset: bool = False) -> None:
        self.requests: list[bytes] = []
        self._reply, self._wait, self._reset = reply, wait, reset
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                request = b""
                while b"\r\n\r\n" not in request:
                    request += connection.recv(65_536)
                self.requests.append(request)
                if self._reset:
                    linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    continue
                time.sleep(self._wait)
                try:
                    connection.sendall(self._reply)
                except OSError:
                    continue

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


@pytest.fixture
def serve() -> Iterator[Any]:
    made: list[Server] = []

    def start(reply: bytes = b"", **more: Any) -> Server:
        made.append(Server(reply, **more))
        return made[-1]

    yield start
    for each in made:
        each.close()


def told(server: Server, **more: Any) -> Answer:
    """Post to a name that a resolver pins to the server."""
    url = f"http://receiver.example:{server.port}/hook"
    return answered(["127.0.0.1"], url, allowed=("receiver.example",), **more)


def reply(status: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{k}: {v}" for k, v in (headers or {}).items())]
    return "\r\n".join([*lines, f"content-length: {len(body)}", "", ""]).encode() + body


def test_the_very_address_that_was_judged_is_connected_to_under_its_name(serve: Any) -> None:
    server = serve(reply("204 No Content"))
    answer = told(server)
    assert (answer.outcome, answer.status) == ("http-204", 204)
    assert f"host: receiver.example:{server.port}\r\n".encode() in server.requests[0].lower()


def test_a_redirect_is_a_failure_and_never_followed(serve: Any) -> None:
    other = serve(reply("204 No Content"))
    server = serve(reply("302 Found", {"location": f"http://127.0.0.1:{other.port}/"}))
    assert told(server).outcome == "http-302"
    assert other.requests == []


def test_slow_and_broken_receivers_end_in_a_word(serve: Any) -> None:
    slow = serve(reply("204 No Content"), wait=1.0)
    assert told(slow, timeout=timedelta(seconds=0.2)).outcome == "timeout"
    assert told(serve(reset=True)).outcome == "connection"
    assert told(serve(b"nonsense\r\n\r\n")).outcome == "connection"
    endless = b"HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n" + b"x" * 100_000
    assert told(serve(endless)).outcome == "http-200"


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("0", timedelta(0)),
        ("99999999999999", timedelta(seconds=10**7)),
        ("soon", None),
        ("-1", None),
        ("", None),
        ("Mon, 02 Mar 2015 18:00:00 GMT", timedelta(0)),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(
    text: str, wait: timedelta | None, serve: Any
) -> None:
    answer = told(serve(reply("429 Too Many Requests", {"retry-after": text})))
    assert (answer.status, answer.wait) == (429, wait)


def test_both_kinds_of_signature_verify_with_what_the_receiver_was_given() -> None:
    import base64

    secret, at, body = bytes(range(32)), datetime.now(UTC), b'{"type":"test"}'
    headers = signed_headers([secret, bytes(32)], "msg_1", at, body)
    assert Webhook(shared_secret(secret)).verify(body, dict(headers)) == {"type": "test"}
    assert Webhook(shared_secret(bytes(32))).verify(body, dict(headers)) == {"type": "test"}
    kinds = [each.partition(",")[0] for each in headers["webhook-signature"].split(" ")]
    assert kinds == ["v1", "v1a", "v1", "v1a"]
    key = Ed25519PublicKey.from_public_bytes(
        base64.b64decode(public_key(secret).removeprefix("whpk_"))
    )
    signed = f"msg_1.{headers['webhook-timestamp']}.".encode() + body
    key.verify(base64.b64decode(headers["webhook-signature"].split(" ")[1][4:]), signed)
    assert shared_secret(secret).removeprefix("whsec_") != base64.b64encode(secret).decode()
