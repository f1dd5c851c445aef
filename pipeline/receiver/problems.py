"""Problems as RFC 9457 has them: type, title, status, and nothing that was sent.

In: a problem of the fixed list. Out: ``application/problem+json``. Nothing of a request is echoed:
no path, no header, no byte of a body.
"""

from __future__ import annotations

from enum import Enum

import orjson
from fastapi import Response

__all__ = ["Problem", "Refusal", "problem_response"]


class Problem(Enum):
    """Every problem there is: slug, status, title, what to do. Slugs are never renamed."""

    status: int
    title: str
    remedy: str

    def __new__(cls, slug: str, status: int, title: str, remedy: str) -> Problem:
        member = object.__new__(cls)
        member._value_ = slug
        member.status, member.title, member.remedy = status, title, remedy
        return member

    UNKNOWN_SENDER = (
        "unknown-sender",
        401,
        "The agency and key are not known together",
        "Send the key as `Authorization: Bearer KEY` to your own agency's address.",
    )
    SIGNATURE = (
        "signature-refused",
        401,
        "The signature is missing, wrong, or too old",
        "Sign `id.timestamp.body` and send webhook-id, webhook-timestamp, webhook-signature.",
    )
    CERTIFICATE = (
        "certificate-refused",
        401,
        "No client certificate that this agency uses was shown",
        "Connect with your client certificate.",
    )
    AGREEMENT = (
        "agreement-stopped",
        403,
        "The agreement with this agency does not cover today",
        "Talk to the desk; nothing was kept.",
    )
    NOT_PUSHED = (
        "not-pushed",
        403,
        "This agency's feed is not one that is pushed, or its files are being mended",
        "Talk to the desk; nothing was kept.",
    )
    NOT_FOUND = ("not-found", 404, "There is nothing here", "See the API's description.")
    METHOD = ("method-not-allowed", 405, "This address takes another method", "Use POST.")
    SLOW = ("too-slow", 408, "The body did not arrive in time", "Send it again.")
    CONFLICT = (
        "idempotency-key-used",
        422,
        "This idempotency key was used for another body",
        "Use a new key for a new body.",
    )
    TOO_LARGE = (
        "too-large",
        413,
        "The body is larger than this agency's limit",
        "Send fewer calls at once.",
    )
    MEDIA = (
        "media-type-refused",
        415,
        "This agency's payloads are of another media type",
        "Send the Content-Type that was agreed.",
    )
    CODING = (
        "coding-refused",
        415,
        "The body is packed in a way that is not taken, or damaged",
        "Send it plain, or as one gzip stream.",
    )
    DIGEST = (
        "digest-differs",
        400,
        "The body is not the one its Content-Digest names",
        "Send it again.",
    )
    INCOMPLETE = ("incomplete", 400, "The body ended too early", "Send it again.")
    BAD_HEADER = ("bad-header", 400, "A header cannot be read", "See the API's description.")
    TOO_MANY = ("too-many", 429, "Too many requests", "Wait as long as Retry-After says.")
    NOT_READY = (
        "not-ready",
        503,
        "Payloads cannot be kept just now; this one was not",
        "Send it again in a minute.",
    )
    FAILED = (
        "failed",
        500,
        "The receiver failed; this payload was not acknowledged",
        "Send again.",
    )


class Refusal(Exception):
    """A request is refused with a problem; ``after`` is how many seconds to wait."""

    def __init__(self, problem: Problem, *, after: int | None = None) -> None:
        super().__init__(problem.value)
        self.problem, self.after = problem, after


def problem_response(problem: Problem, *, after: int | None = None) -> Response:
    """Return the response that tells a problem."""
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    if after is not None:
        headers["retry-after"] = str(after)
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"
    body = {
        "type": f"urn:blotter:problem:{problem.value}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.remedy,
    }
    return Response(
        orjson.dumps(body), problem.status, headers, media_type="application/problem+json"
    )
