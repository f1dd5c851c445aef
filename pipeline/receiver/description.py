"""What the API says of itself in OpenAPI: the body, the headers, the answers."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from pipeline.receiver.problems import Problem

__all__ = ["DESCRIPTION", "PUSH_RESPONSES", "Acknowledged"]

DESCRIPTION = (
    "Push payloads of dispatch calls. An answer of 202 means that the payload is on disk,"
    " encrypted, and will be walked; anything else means that it was not kept: send it again."
)


class Acknowledged(BaseModel):
    """A payload was taken."""

    payload: str = Field(description="The payload's id here: name it when you ask about it.")
    sha256: str = Field(description="SHA-256 of the body as unpacked, in hexadecimal.")
    size: int = Field(description="Bytes of the body as unpacked.")
    again: bool = Field(description="True when the same body was here before; nothing was added.")


class ProblemDocument(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str


_ANY = {"schema": {"type": "string", "format": "binary"}}
_HEADERS = {
    "Idempotency-Key": "Your name for this payload: the same one again gives the same answer.",
    "Content-Digest": "sha-256=:BASE64: of the bytes on the wire; differs: refused.",
    "Content-Encoding": "gzip, or left out.",
    "webhook-id": "With a signing secret: the message's id.",
    "webhook-timestamp": "With a signing secret: seconds since 1970, at most 300 off.",
    "webhook-signature": "With a signing secret: v1,BASE64 of HMAC-SHA256 over id.timestamp.body.",
}


def _problems() -> dict[int | str, dict[str, Any]]:
    found: dict[int | str, dict[str, Any]] = {}
    for problem in Problem:
        if problem in (Problem.NOT_FOUND, Problem.METHOD):
            continue
        words = found.setdefault(problem.status, {"model": ProblemDocument, "description": ""})
        words["description"] = f"{words['description']} `{problem.value}`: {problem.title}.".strip()
    return found


PUSH_RESPONSES: dict[str, Any] = {
    "responses": {
        202: {"model": Acknowledged, "description": "On disk; it will be walked."},
        **_problems(),
    },
    "openapi_extra": {
        "security": [{"key": []}],
        "requestBody": {
            "required": True,
            "content": dict.fromkeys(("application/xml", "application/json", "text/csv"), _ANY),
        },
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": False,
                "description": words,
                "schema": {"type": "string"},
            }
            for name, words in _HEADERS.items()
        ],
    },
}
"""Keyword arguments of the route."""
