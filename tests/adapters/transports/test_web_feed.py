from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from looking import LOOPBACK, NOW, bodies, look_once, remembered, told
from loopback import answering, served
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipeline.adapters.transports import Credential, FetchFailed, Network
from pipeline.agencies.transport import PagedBy, Paging, WebFeed

Answer = Callable[[Request], Response]


def feed(url: str, paging: Paging | None = None, **more: str) -> WebFeed:
    plain = {"connection": "", "header": "", "accept": "application/json"}
    return WebFeed(url=f"{url}/feed", paging=paging, **{**plain, **more})


def app(answer: Answer) -> Starlette:
    async def one(request: Request) -> Response:
        return answer(request)

    return Starlette(routes=[Route("/{rest:path}", one, methods=["GET", "POST"])])


def failure(url: str, network: Network = LOOPBACK, **more: object) -> str:
    with pytest.raises(FetchFailed) as caught:
        look_once(feed(url), network=network, **more)  # type: ignore[arg-type]
    return caught.value.code.value


def test_a_feed_is_landed_and_the_same_bytes_again_are_only_told() -> None:
    with served(app(lambda _: Response(b'[{"id": "1"}]'))) as url:
        first = look_once(feed(url))
        second = look_once(feed(url), memory=remembered(first))
    assert bodies(first) == [b'[{"id": "1"}]']
    assert told(first) == []
    assert bodies(second) == []
    assert told(second) == ["same-as-before"]


def test_an_old_answer_that_comes_back_is_told_as_flapping() -> None:
    answers = [b"[1]", b"[2]", b"[1]"]
    with served(app(lambda _: Response(answers.pop(0)))) as url:
        memory: dict[str, str] = {}
        codes = []
        for _ in range(3):
            steps = look_once(feed(url), memory=memory)
            memory, codes = remembered(steps), [*codes, told(steps)]
    assert codes == [[], [], ["flapping-answer"]]


def test_an_unchanged_feed_costs_a_304_and_is_fetched_whole_now_and_then() -> None:
    asked: list[str | None] = []

    def answer(request: Request) -> Response:
        asked.append(request.headers.get("if-none-match"))
        status = 304 if asked[-1] == '"v1"' else 200
        return Response(b"[1]" if status == 200 else b"", status, headers={"etag": '"v1"'})

    with served(app(answer)) as url:
        first = look_once(feed(url))
        second = look_once(feed(url), memory=remembered(first))
        assert told(second) == ["same-as-before"]
        later = NOW + timedelta(minutes=16)
        third = look_once(feed(url), memory=remembered(second), now=later)
    assert asked == [None, '"v1"', None]
    assert told(third) == ["same-as-before"]
    assert bodies(third) == []


def test_a_validator_that_lies_is_told_and_not_believed_again() -> None:
    """The server answers 304 for ever; the check after 15 minutes finds other bytes."""
    content = [b"[1]"]
    asked: list[str | None] = []

    def answer(request: Request) -> Response:
        asked.append(request.headers.get("if-none-match"))
        status = 304 if asked[-1] else 200
        return Response(content[0] if status == 200 else b"", status, headers={"etag": '"x"'})

    with served(app(answer)) as url:
        memory = remembered(look_once(feed(url)))
        content[0] = b"[2]"
        memory = remembered(look_once(feed(url), memory=memory))
        checked = look_once(feed(url), memory=memory, now=NOW + timedelta(minutes=16))
        assert bodies(checked) == [b"[2]"]
        assert told(checked) == ["validator-untrue"]
        look_once(feed(url), memory=remembered(checked), now=NOW + timedelta(minutes=17))
    assert asked == [None, '"x"', None, None]


def test_an_empty_answer_is_landed_to_be_quarantined_and_not_taken_for_a_quiet_day() -> None:
    with served(app(lambda _: Response(b""))) as url:
        assert bodies(look_once(feed(url))) == [b""]


def test_a_web_page_is_landed_whole_to_be_quarantined() -> None:
    page = b"<!DOCTYPE html><html><body>Sign in</body></html>"
    with served(app(lambda _: Response(page, headers={"content-type": "text/html"}))) as url:
        assert bodies(look_once(feed(url))) == [page]


def test_a_truncated_answer_is_tried_again_and_then_told() -> None:
    cut = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n[1, 2"
    with answering(cut) as url:
        assert failure(url) == "truncated-answer"


def test_a_server_in_trouble_is_tried_again() -> None:
    statuses = [503, 200]
    with served(app(lambda _: Response(b"[1]", statuses.pop(0)))) as url:
        assert bodies(look_once(feed(url))) == [b"[1]"]


def test_retry_after_is_remembered_for_the_next_looks() -> None:
    busy = app(lambda _: Response(b"", 429, headers={"retry-after": "300"}))
    with served(busy) as url, pytest.raises(FetchFailed) as caught:
        look_once(feed(url))
    assert caught.value.code.value == "later-asked"
    assert caught.value.memory is not None
    assert caught.value.memory["not_before"] == (NOW + timedelta(seconds=300)).isoformat()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_is_told_with_its_status_and_not_tried_again(status: int) -> None:
    calls: list[int] = []

    def answer(_: Request) -> Response:
        calls.append(1)
        return Response(b"secret text", status)

    with served(app(answer)) as url, pytest.raises(FetchFailed) as caught:
        look_once(feed(url))
    assert caught.value.code.value == "fetch-refused"
    assert f"status {status}" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert len(calls) == 1


def test_a_body_is_cut_at_the_agencys_limit() -> None:
    with served(app(lambda _: Response(b"x" * 5_000))) as url:
        assert failure(url, max_bytes=1_000) == "oversized-payload"


def test_a_packed_body_is_unpacked() -> None:
    packed = Response(gzip.compress(b"[1]"), headers={"content-encoding": "gzip"})
    with served(app(lambda _: packed)) as url:
        assert bodies(look_once(feed(url))) == [b"[1]"]


def test_a_bomb_is_refused_at_the_limit() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(100)) + packer.flush()
    assert len(zeros) < 200_000
    bomb = Response(zeros, headers={"content-encoding": "gzip"})
    with served(app(lambda _: bomb)) as url:
        assert failure(url, max_bytes=1_000_000) == "oversized-payload"


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "gzip, gzip"])
def test_a_coding_nobody_asked_for_is_refused(coding: str) -> None:
    odd = Response(b"whatever", headers={"content-encoding": coding})
    with served(app(lambda _: odd)) as url:
        assert failure(url) == "coding-refused"


def test_the_loopback_is_not_fetched_unless_it_is_named() -> None:
    calls: list[int] = []

    def answer(_: Request) -> Response:
        calls.append(1)
        return Response(b"[1]")

    with served(app(answer)) as url:
        assert failure(url, replace(LOOPBACK, allowed=())) == "address-refused"
    assert calls == []


def test_a_redirect_to_an_address_inside_is_refused() -> None:
    there = app(lambda _: RedirectResponse("http://169.254.169.254/latest/meta-data/"))
    with served(there) as url:
        assert failure(url) == "address-refused"


def test_a_redirect_is_followed_and_its_address_checked_anew() -> None:
    def answer(request: Request) -> Response:
        moved = request.url.path == "/feed"
        return RedirectResponse("/new") if moved else Response(b"[1]")

    with served(app(answer)) as url:
        assert bodies(look_once(feed(url))) == [b"[1]"]


@pytest.mark.parametrize("target", ["ftp://x.example/", "file:///etc/passwd", "/feed"])
def test_a_redirect_elsewhere_or_in_circles_is_refused(target: str) -> None:
    with served(app(lambda _: RedirectResponse(target))) as url:
        assert failure(url) == "redirect-refused"


def test_a_secret_does_not_follow_a_redirect_to_another_host() -> None:
    seen: list[str | None] = []

    def other(request: Request) -> Response:
        seen.append(request.headers.get("x-api-key"))
        return Response(b"[1]")

    secret = Credential(secret="top-secret")
    with (
        served(app(other)) as elsewhere,
        served(app(lambda _: RedirectResponse(elsewhere))) as url,
        pytest.raises(FetchFailed) as caught,
    ):
        look_once(feed(url, connection="c", header="X-Api-Key"), credential=secret)
    assert caught.value.code.value == "redirect-refused"
    assert "top-secret" not in str(caught.value)
    assert seen == []


@pytest.mark.parametrize(
    ("credential", "header", "name", "value"),
    [
        (Credential(secret="s3"), "X-Api-Key", "x-api-key", "s3"),
        (Credential(secret="s3"), "", "authorization", "Bearer s3"),
        (Credential(login="u", secret="s3"), "", "authorization", "Basic dTpzMw=="),
    ],
)
def test_a_secret_travels_in_a_header(
    credential: Credential, header: str, name: str, value: str
) -> None:
    seen: list[tuple[str | None, str]] = []

    def answer(request: Request) -> Response:
        seen.append((request.headers.get(name), str(request.url.query)))
        return Response(b"[1]")

    with served(app(answer)) as url:
        look_once(feed(url, connection="c", header=header), credential=credential)
    assert seen == [(value, "")]


def test_a_named_connection_that_is_not_there_is_told() -> None:
    with served(app(lambda _: Response(b"[1]"))) as url, pytest.raises(FetchFailed) as caught:
        look_once(feed(url, connection="harbor-city"))
    assert caught.value.code.value == "credential-missing"


def test_a_server_that_never_ends_its_answer_is_left_in_time() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n["
    network = replace(LOOPBACK, total_seconds=0.3)
    with answering(head, hang=5) as url:
        assert failure(url, network) == "fetch-failed"


@pytest.mark.parametrize(
    "junk",
    [b"", b"\x00\x01\x02", b"HTTP/1.1 banana\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a" * 200_000],
)
def test_what_is_no_http_is_a_failure_told_by_class(junk: bytes) -> None:
    with answering(junk) as url:
        assert failure(url) in {"fetch-failed", "truncated-answer"}


def pages_by(by: PagedBy, name: str = "", **more: int) -> Paging:
    return Paging(by=by, name=name, **more)


def numbered(request: Request) -> Response:
    number = int(request.query_params.get("page", 0))
    rows = [{"id": f"{number}-{row}"} for row in range(2)] if number < 3 else []
    return Response(json.dumps(rows))


def linked(request: Request) -> Response:
    number = int(request.query_params.get("at", 0))
    following = f"/feed?at={number + 1}" if number < 2 else None
    headers = {"link": f'<{following}>; rel="next"'} if following else {}
    body = {"rows": [{"id": number}], "links": {"next": following}}
    return Response(json.dumps(body), headers=headers)


@pytest.mark.parametrize(
    ("answer", "paging", "records", "count"),
    [
        (numbered, pages_by(PagedBy.NUMBER, "page"), "@", 3),
        (linked, pages_by(PagedBy.HEADER), "rows", 3),
        (linked, pages_by(PagedBy.BODY, "links.next"), "rows", 3),
        (linked, pages_by(PagedBy.BODY, "links.next", most=2), "rows", 2),
    ],
)
def test_pages_are_followed_to_the_end_and_only_new_ones_landed(
    answer: Answer, paging: Paging, records: str, count: int
) -> None:
    with served(app(answer)) as url:
        first = look_once(feed(url, paging), records=records)
        again = look_once(feed(url, paging), records=records, memory=remembered(first))
    assert len(set(bodies(first))) == count
    assert ("too-many-pages" in told(first)) == (count == 2)
    assert bodies(again) == []
    assert "same-as-before" in told(again)


def test_a_next_page_on_another_host_is_refused() -> None:
    body = json.dumps({"rows": [], "next": "http://elsewhere.example/feed"})
    with served(app(lambda _: Response(body))) as url, pytest.raises(FetchFailed) as caught:
        look_once(feed(url, pages_by(PagedBy.BODY, "next")), records="rows")
    assert caught.value.code.value == "redirect-refused"
