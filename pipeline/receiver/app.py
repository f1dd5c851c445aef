"""Builds the receiver's application: the address to push to, health, readiness.

Whoever cannot show a key of the agency learns nothing, also not whether there is such an agency.
What is refused is told as a problem (``problems``) and, for a known agency, counted as a notice.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import FastAPI, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from pipeline.adapters.store.api_keys import ApiKey
from pipeline.agencies import Agency, FormatKind, Push, check_agreement
from pipeline.model import (
    AgreementStopped,
    BlotterError,
    ConfigError,
    Conflict,
    NoticeCode,
    is_agency_id,
)
from pipeline.receiver.bodies import Body, read_body
from pipeline.receiver.description import DESCRIPTION, PUSH_RESPONSES, Acknowledged
from pipeline.receiver.problems import Problem, Refusal, problem_response
from pipeline.receiver.proofs import Signing, certificate_shown, digest_agrees
from pipeline.receiver.state import Receiver
from pipeline.usecases.receive import (
    Received,
    agencies_waiting,
    known_key,
    note_refusal,
    receive,
    signing_secret,
)

__all__ = ["build_receiver"]

_IDEMPOTENCY = re.compile(r"[\x21-\x7e]{1,200}")
_BEARER = re.compile(r"Bearer ([A-Za-z0-9_-]{16,200})", re.IGNORECASE)
_MEDIA: Mapping[FormatKind, re.Pattern[str]] = {
    FormatKind.XML: re.compile(r"(?:application|text)/(?:[\w.+-]+\+)?xml"),
    FormatKind.JSON: re.compile(r"application/(?:[\w.+-]+\+)?json"),
    FormatKind.JSON_LINES: re.compile(r"application/(?:x-)?(?:ndjson|jsonl|json-?lines)"),
    FormatKind.EIDO: re.compile(r"application/(?:[\w.+-]+\+)?json"),
    FormatKind.TABLE: re.compile(r"text/csv"),
    FormatKind.LABELLED: re.compile(r"text/plain"),
}
_NOTICES: Mapping[Problem, NoticeCode] = {
    Problem.TOO_LARGE: NoticeCode.OVERSIZED_PAYLOAD,
    Problem.CODING: NoticeCode.CODING_REFUSED,
    Problem.INCOMPLETE: NoticeCode.TRUNCATED_ANSWER,
    Problem.MEDIA: NoticeCode.MEDIA_REFUSED,
    Problem.SIGNATURE: NoticeCode.SIGNATURE_REFUSED,
    Problem.CERTIFICATE: NoticeCode.CERTIFICATE_REFUSED,
    Problem.DIGEST: NoticeCode.DIGEST_DIFFERS,
    Problem.TOO_MANY: NoticeCode.TOO_MANY_PUSHES,
}
_GUESSES_PER_MINUTE = 30
"""How often one address may show a wrong key."""


def build_receiver(receiver: Receiver) -> FastAPI:
    """Return the application."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        telling = asyncio.create_task(receiver.bell.run())
        if await run_in_threadpool(agencies_waiting, receiver.resources):
            receiver.bell.ring()  # landed before a restart, and perhaps never told
        try:
            yield
        finally:
            telling.cancel()

    app = FastAPI(
        title="Blotter receiver",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    _routes(app, receiver)
    _problems(app)
    return app


def _routes(app: FastAPI, receiver: Receiver) -> None:
    @app.post("/v1/agencies/{agency_id}/payloads", status_code=202, **PUSH_RESPONSES)
    async def push(
        request: Request, agency_id: Annotated[str, Path(description="The agency's id.")]
    ) -> Response:
        """Take one payload; the answer comes when it is on disk."""
        key = await _sender(receiver, request, agency_id)
        try:
            received = await _taken(receiver, request, key)
        except Refusal as refusal:
            code = _NOTICES.get(refusal.problem)
            if code is not None:
                now = receiver.clock()
                await run_in_threadpool(
                    note_refusal, receiver.resources, agency_id, [code], now=now
                )
            raise
        receiver.bell.ring()
        return _acknowledged(received)

    @app.get("/healthz")
    async def health() -> Mapping[str, str]:
        """Say that the process lives."""
        return {"status": "alive"}

    @app.get("/readyz")
    async def ready() -> Response:
        """Return whether payloads can be kept: database readable and at the right version."""
        await run_in_threadpool(receiver.resources.store.require_current)
        return Response('{"status":"ready"}', media_type="application/json")


def _problems(app: FastAPI) -> None:
    @app.exception_handler(Refusal)
    def _refused(_: Request, refusal: Refusal) -> Response:
        return problem_response(refusal.problem, after=refusal.after)

    @app.exception_handler(BlotterError)
    def _not_ready(_: Request, __: Exception) -> Response:
        return problem_response(Problem.NOT_READY, after=30)

    @app.exception_handler(HTTPException)
    def _http(_: Request, error: HTTPException) -> Response:
        known = {404: Problem.NOT_FOUND, 405: Problem.METHOD}
        return problem_response(known.get(error.status_code, Problem.BAD_HEADER))

    @app.exception_handler(Exception)
    def _failed(_: Request, __: Exception) -> Response:
        return problem_response(Problem.FAILED)


async def _sender(receiver: Receiver, request: Request, agency_id: str) -> ApiKey:
    """Return the key the sender shows; whoever guesses is slowed down.

    A right key always passes: behind a proxy all senders have one address, and one who guesses
    must not keep the others out.
    """
    found = _BEARER.fullmatch(request.headers.get("authorization", ""))
    key = None
    if found and is_agency_id(agency_id):
        key = await run_in_threadpool(
            known_key, receiver.resources, agency_id, found[1], now=receiver.clock()
        )
    if key is not None:
        return key
    peer = request.client.host if request.client else ""
    wait = receiver.rates.wait(f"guess {peer}", _GUESSES_PER_MINUTE, receiver.seconds())
    if wait:
        raise Refusal(Problem.TOO_MANY, after=wait)
    raise Refusal(Problem.UNKNOWN_SENDER)


async def _taken(receiver: Receiver, request: Request, key: ApiKey) -> Received:
    """Check all there is to check, read the body, land it."""
    now = receiver.clock()
    agency, push = await run_in_threadpool(_agency, receiver, key.agency_id)
    wait = receiver.rates.wait(f"agency {key.agency_id}", push.per_minute, receiver.seconds())
    if wait:
        raise Refusal(Problem.TOO_MANY, after=wait)
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not _MEDIA[agency.format.kind].fullmatch(media):
        raise Refusal(Problem.MEDIA)
    peer = request.client.host if request.client else ""
    if push.certificates and not certificate_shown(
        request.headers,
        peer,
        accepted=push.certificates,
        proxies=receiver.settings.trusted_proxies,
    ):
        raise Refusal(Problem.CERTIFICATE)
    secret = await run_in_threadpool(signing_secret, receiver.resources, key)
    signing = None if secret is None else Signing(request.headers, secret)
    name = _idempotency_key(request, signing)
    limit = agency.format.max_bytes
    body = await read_body(request, limit, signing=signing, seconds=receiver.body_seconds)
    _check_body(request, body, signing, receiver)
    try:
        return await run_in_threadpool(
            receive, receiver.resources, agency, key, body.content, idempotency_key=name, now=now
        )
    except Conflict:
        raise Refusal(Problem.CONFLICT) from None


def _agency(receiver: Receiver, agency_id: str) -> tuple[Agency, Push]:
    try:
        agency = receiver.agency(agency_id)
        check_agreement(agency, receiver.clock().astimezone(agency.timezone).date())
    except AgreementStopped:
        raise Refusal(Problem.AGREEMENT) from None
    except ConfigError:
        raise Refusal(Problem.NOT_PUSHED) from None
    if not isinstance(agency.transport, Push):
        raise Refusal(Problem.NOT_PUSHED)
    return agency, agency.transport


def _idempotency_key(request: Request, signing: Signing | None) -> str:
    """Return the key under which a repeated push is known; a signed message's id is one, too."""
    given = request.headers.get("idempotency-key", "")
    name = given or (signing.message_id if signing is not None else "")
    if name and not _IDEMPOTENCY.fullmatch(name):
        raise Refusal(Problem.BAD_HEADER)
    return name


def _check_body(request: Request, body: Body, signing: Signing | None, receiver: Receiver) -> None:
    if signing is not None and not signing.holds(receiver.clock()):
        raise Refusal(Problem.SIGNATURE)
    digest = request.headers.get("content-digest", "")
    if digest and not digest_agrees(digest, body.wire_sha256):
        raise Refusal(Problem.DIGEST)


def _acknowledged(received: Received) -> Response:
    said = Acknowledged(
        payload=received.payload_id,
        sha256=received.sha256.hex(),
        size=received.size,
        again=received.again,
    )
    digest = base64.b64encode(received.sha256).decode()
    headers = {"repr-digest": f"sha-256=:{digest}:", "cache-control": "no-store"}
    return Response(said.model_dump_json(), 202, headers, media_type="application/json")
