from __future__ import annotations

import base64
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from elm_bluff import Line
from pushing import body_of, key_of, make_pushing, push, receiving, signed

from pipeline.adapters.store.feeding import waiting
from pipeline.usecases.api_keys import list_keys, revoke
from pipeline.usecases.queue import notice_list
from pipeline.usecases.resources import open_resources
from pipeline.usecases.walk import walk_waiting


@pytest.fixture
def client(line: Line) -> Iterator[httpx.Client]:
    with receiving(line) as client:
        yield client


def landed(line: Line) -> list[str]:
    with open_resources(line.settings, now=line.at) as resources, resources.store.read() as tx:
        return [payload.payload_id for payload in waiting(tx)]


def refused(response: httpx.Response, status: int, slug: str) -> None:
    """A problem document of RFC 9457 that holds nothing but fixed words."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document.keys() == {"type", "title", "status", "detail"}
    assert document["type"] == f"urn:blotter:problem:{slug}"
    assert document["status"] == status


def told(line: Line) -> set[str]:
    return {row[1] for row in notice_list(line.settings, now=line.at)}


def test_a_pushed_payload_is_acknowledged_walked_and_counted(
    line: Line, client: httpx.Client
) -> None:
    body = body_of("1", "2")
    response = push(client, body, key_of(line).token)
    assert response.status_code == 202
    said = response.json()
    assert said["payload"] == landed(line)[0]
    assert said["sha256"] == hashlib.sha256(body).hexdigest()
    assert said["size"] == len(body)
    assert said["again"] is False
    expected = base64.b64encode(hashlib.sha256(body).digest()).decode()
    assert response.headers["repr-digest"] == f"sha-256=:{expected}:"
    assert walk_waiting(line.settings, now=line.at).payloads == 1
    assert line.states() == {"pending": 2}
    assert walk_waiting(line.settings, now=line.at).payloads == 0


def test_the_same_payload_again_is_acknowledged_and_adds_nothing(
    line: Line, client: httpx.Client
) -> None:
    token = key_of(line).token
    first = push(client, body_of("1"), token, idempotency_key="a-1")
    again = push(client, body_of("1"), token, idempotency_key="a-1")
    other = push(client, body_of("1"), token, idempotency_key="a-2")
    assert [each.status_code for each in (first, again, other)] == [202, 202, 202]
    assert [each.json()["again"] for each in (first, again, other)] == [False, True, True]
    assert len(landed(line)) == 1
    refused(push(client, body_of("2"), token, idempotency_key="a-1"), 422, "idempotency-key-used")
    assert len(landed(line)) == 1


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer wrong-key-wrong-key", "Basic dTpw", "Bearer " + "x" * 5_000],
)
def test_whoever_cannot_show_a_key_learns_nothing(
    line: Line, client: httpx.Client, authorization: str
) -> None:
    for agency in ("elm-bluff", "no-such-agency", "%2e%2e%20etc", "UPPER"):
        headers = {"authorization": authorization, "content-type": "application/json"}
        response = client.post(f"/v1/agencies/{agency}/payloads", content=b"[]", headers=headers)
        refused(response, 401, "unknown-sender")
        assert "bluff" not in response.text
    assert landed(line) == []


def test_a_key_opens_its_own_agency_only(line: Line, client: httpx.Client) -> None:
    token = key_of(line).token
    refused(push(client, b"[]", token, agency="oak-hill"), 401, "unknown-sender")


def test_an_older_key_counts_for_the_overlap_and_a_revoked_one_not_at_all(line: Line) -> None:
    old = key_of(line)
    new = key_of(line, overlap=timedelta(hours=2))
    assert new.ending == 1
    with receiving(line) as client:
        assert push(client, body_of("1"), old.token).status_code == 202
        assert push(client, body_of("2"), new.token).status_code == 202
    with receiving(line.later(121)) as client:
        refused(push(client, body_of("3"), old.token), 401, "unknown-sender")
        assert push(client, body_of("4"), new.token).status_code == 202
        revoke(line.settings, new.key_id, now=line.at, by="")
        refused(push(client, body_of("5"), new.token), 401, "unknown-sender")


def test_keys_and_secrets_are_nowhere_on_disk(line: Line, client: httpx.Client) -> None:
    key = key_of(line, signed=True)
    body = body_of("1")
    assert push(client, body, key.token, **signed(key, body, line.at)).status_code == 202
    secret = base64.b64decode(key.signing_secret.removeprefix("whsec_"))
    needles = [key.token.encode(), key.signing_secret.encode(), secret]
    files = [path for path in line.settings.home.rglob("*") if path.is_file()]
    assert len(files) >= 3
    for path in files:
        content = path.read_bytes()
        assert not any(needle in content for needle in needles), path.name
    assert [each.key_id for each in list_keys(line.settings)] == [key.key_id]
    assert key.token not in repr(key)


def test_a_signed_key_demands_a_right_and_fresh_signature(line: Line, client: httpx.Client) -> None:
    key, body = key_of(line, signed=True), body_of("1")
    right = signed(key, body, line.at)
    refused(push(client, body, key.token), 401, "signature-refused")
    refused(push(client, body_of("2"), key.token, **right), 401, "signature-refused")
    for minutes in (-6, 6):
        late = signed(key, body, line.at + timedelta(minutes=minutes))
        refused(push(client, body, key.token, **late), 401, "signature-refused")
    wrong = {**right, "webhook_signature": "v1," + base64.b64encode(b"x" * 32).decode()}
    refused(push(client, body, key.token, **wrong), 401, "signature-refused")
    junk = {**right, "webhook_signature": "v1,%%% v2,x nonsense"}
    refused(push(client, body, key.token, **junk), 401, "signature-refused")
    assert landed(line) == []
    assert told(line) == {"signature-refused"}
    both = {
        **right,
        "webhook_signature": f"{wrong['webhook_signature']} {right['webhook_signature']}",
    }
    assert push(client, body, key.token, **both).status_code == 202
    # The message's id is an idempotency key: another body under it is refused.
    other = body_of("9")
    refused(
        push(client, other, key.token, **signed(key, other, line.at)), 422, "idempotency-key-used"
    )


CERTIFICATE = b"what stands for a certificate in DER"


@pytest.mark.parametrize(
    ("proxies", "header", "status"),
    [
        (("127.0.0.0/8",), f":{base64.b64encode(CERTIFICATE).decode()}:", 202),
        (("127.0.0.0/8",), f":{base64.b64encode(b'another').decode()}:", 401),
        (("127.0.0.0/8",), "", 401),
        (("127.0.0.0/8",), ":%:", 401),
        (("10.0.0.0/8",), f":{base64.b64encode(CERTIFICATE).decode()}:", 401),
        ((), f":{base64.b64encode(CERTIFICATE).decode()}:", 401),
    ],
)
def test_a_certificate_counts_only_from_a_trusted_proxy(
    line: Line, proxies: tuple[str, ...], header: str, status: int
) -> None:
    from dataclasses import replace

    make_pushing(line, certificates=[hashlib.sha256(CERTIFICATE).hexdigest()])
    line = replace(line, settings=replace(line.settings, trusted_proxies=proxies))
    token = key_of(line).token
    with receiving(line) as client:
        response = push(client, body_of("1"), token, client_cert=header)
    assert response.status_code == status


@pytest.mark.parametrize(
    "media", ["text/html", "application/xml", "", "multipart/form-data", "application/jsonx"]
)
def test_another_media_type_is_refused(line: Line, client: httpx.Client, media: str) -> None:
    response = push(client, body_of("1"), key_of(line).token, media=media)
    refused(response, 415, "media-type-refused")
    assert told(line) == {"media-refused"}


def test_a_body_over_the_limit_is_refused_announced_or_not(
    line: Line, client: httpx.Client
) -> None:
    token, body = key_of(line).token, b"[" + b" " * 250_000 + b"]"
    refused(push(client, body, token), 413, "too-large")

    def chunks() -> Iterator[bytes]:
        for _ in range(10):
            yield b" " * 50_000

    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    response = client.post("/v1/agencies/elm-bluff/payloads", content=chunks(), headers=headers)
    refused(response, 413, "too-large")
    assert landed(line) == []
    assert told(line) == {"oversized-payload"}


def test_a_packed_body_is_unpacked_and_a_bomb_is_not(line: Line, client: httpx.Client) -> None:
    token, body = key_of(line).token, body_of("1")
    packed = push(client, gzip.compress(body), token, content_encoding="gzip")
    assert packed.status_code == 202
    assert packed.json()["size"] == len(body)
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b" " * 1_000_000) for _ in range(100)) + packer.flush()
    assert len(bomb) < 200_000
    refused(push(client, bomb, token, content_encoding="gzip"), 413, "too-large")
    for coding in ("br", "deflate", "gzip, gzip", "zstd"):
        refused(push(client, body, token, content_encoding=coding), 415, "coding-refused")
    refused(push(client, b"no gzip", token, content_encoding="gzip"), 415, "coding-refused")
    half = gzip.compress(body)[:-9]
    refused(push(client, half, token, content_encoding="gzip"), 400, "incomplete")
    assert len(landed(line)) == 1


def test_a_body_changed_on_the_way_is_refused(line: Line, client: httpx.Client) -> None:
    token, body = key_of(line).token, body_of("1")

    def digest(of: bytes) -> str:
        return f"sha-256=:{base64.b64encode(hashlib.sha256(of).digest()).decode()}:"

    refused(push(client, body, token, content_digest=digest(b"other")), 400, "digest-differs")
    refused(push(client, body, token, content_digest="nonsense"), 400, "digest-differs")
    assert push(client, body, token, content_digest=digest(body)).status_code == 202


def test_an_agency_that_sends_too_much_is_told_when_to_come_back(line: Line) -> None:
    make_pushing(line, per_minute=2)
    token = key_of(line).token
    with receiving(line) as client:
        codes = [push(client, body_of(str(n)), token).status_code for n in range(3)]
        response = push(client, body_of("9"), token)
    assert codes == [202, 202, 429]
    refused(response, 429, "too-many")
    assert 1 <= int(response.headers["retry-after"]) <= 30


def test_whoever_guesses_keys_is_slowed_down(line: Line, client: httpx.Client) -> None:
    codes = [push(client, b"[]", f"guess-guess-guess-{n}").status_code for n in range(35)]
    assert codes.count(401) == 30
    assert codes[-1] == 429


def test_who_guesses_keeps_nobody_with_a_right_key_out(line: Line, client: httpx.Client) -> None:
    """Behind a proxy all senders have one address."""
    token = key_of(line).token
    codes = [push(client, b"[]", f"guess-guess-guess-{n}").status_code for n in range(40)]
    assert codes[-1] == 429
    assert push(client, body_of("1"), token).status_code == 202


def test_an_ended_agreement_and_another_transport_take_nothing(line: Line) -> None:
    token = key_of(line).token
    line.change(agreement={"expires": "2026-02-01"})
    with receiving(line) as client:
        refused(push(client, body_of("1"), token), 403, "agreement-stopped")
    line.change(agreement={"expires": "2029-01-09"}, transport=None)
    line.change(transport={"kind": "folder", "path": "payloads", "pattern": "*.csv"})
    with receiving(line) as client:
        refused(push(client, body_of("1"), token), 403, "not-pushed")
    (line.folder / "agency.yml").write_text("no: agency")
    with receiving(line) as client:
        refused(push(client, body_of("1"), token), 403, "not-pushed")
    assert landed(line) == []


def test_a_vault_that_cannot_be_written_acknowledges_nothing(line: Line) -> None:
    token = key_of(line).token
    vault = Path(line.settings.vault)
    with receiving(line) as client:
        vault.rmdir() if vault.exists() else None
        vault.write_text("a file in the folder's place")
        refused(push(client, body_of("1"), token), 503, "not-ready")
        vault.unlink()
        assert push(client, body_of("1"), token).status_code == 202


def test_what_cannot_be_parsed_is_taken_and_quarantined_whole(
    line: Line, client: httpx.Client
) -> None:
    token = key_of(line).token
    for body in (b"", b"[", b"<html><body>Sign in</body></html>", b'[{"a": 1, "a": 2}]'):
        assert push(client, body, token).status_code == 202
    walk_waiting(line.settings, now=line.at)
    assert line.states() == {"quarantined": 4}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/agencies/elm-bluff/payloads", 405), ("GET", "/secret/../<b>", 404)],
)
def test_other_requests_are_problems_without_an_echo(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert "secret" not in response.text
    assert "bluff" not in response.text


def test_health_readiness_and_the_description(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready"}
    document = client.get("/openapi.json").json()
    operation = document["paths"]["/v1/agencies/{agency_id}/payloads"]["post"]
    assert {"202", "400", "401", "403", "408", "413", "415", "422", "429", "503"} <= set(
        operation["responses"]
    )
    names = {each["name"] for each in operation["parameters"]}
    assert {"Idempotency-Key", "Content-Digest", "webhook-signature"} <= names
    assert not re.search("private|caller", str(operation))


@pytest.mark.parametrize(
    ("kind", "media", "other"),
    [
        ("eido", "application/json", "text/plain"),
        ("json-lines", "application/x-ndjson", "application/json"),
        ("json-lines", "application/jsonl", "text/csv"),
        ("labelled", "text/plain", "application/json"),
    ],
)
def test_eido_json_lines_and_labelled_text_are_pushed_under_their_media_types(
    line: Line, client: httpx.Client, kind: str, media: str, other: str
) -> None:
    records = {} if kind == "labelled" else {"records": "@"}
    line.change(format=None)
    line.change(format={"kind": kind, "max_bytes": 200_000, **records})
    token = key_of(line).token
    assert push(client, b"Incident: 1", token, media=media).status_code == 202
    refused(push(client, b"Incident: 2", token, media=other), 415, "media-type-refused")
