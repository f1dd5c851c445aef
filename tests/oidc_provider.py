"""A small OpenID Connect provider on loopback: discovery, code with PKCE, signed id tokens.

Strict where a real one is: it knows its client, its secret, and the challenge of each code. ``lie``
makes it sign what a client must refuse.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import RSAKey

__all__ = ["CLIENT", "SECRET", "Provider", "providing"]

CLIENT, SECRET = "the-desk", "a secret of the tests"


@dataclass
class Provider:
    """What it says of whoever comes; ``url`` is its issuer once it serves."""

    claims: dict[str, Any]
    lie: str = ""
    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    other: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def token(self, asked: dict[str, str]) -> str:
        """Sign who it is, or a lie about it."""
        now = int(time.time())
        said = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "s-1017",
            "iat": now,
            "exp": now + 300,
            "nonce": asked.get("nonce", ""),
            **self.claims,
        }
        lies = {
            "nonce": {"nonce": "another"},
            "issuer": {"iss": "https://elsewhere.example"},
            "audience": {"aud": "another-client"},
            "expired": {"exp": now - 3_600, "iat": now - 7_200},
        }
        said |= lies.get(self.lie, {})
        header = {"alg": "none"} if self.lie == "unsigned" else {"alg": "RS256", "kid": "one"}
        if self.lie == "unsigned":
            body = base64.urlsafe_b64encode(jwt_json(said)).rstrip(b"=").decode()
            head = base64.urlsafe_b64encode(jwt_json(header)).rstrip(b"=").decode()
            return f"{head}.{body}."
        return str(jwt.encode(header, said, self.other if self.lie == "key" else self.key))


def jwt_json(value: object) -> bytes:
    """Return compact JSON."""
    import json

    return json.dumps(value, separators=(",", ":")).encode()


def app_of(provider: Provider) -> FastAPI:
    """Return the provider's web application."""
    app = FastAPI(openapi_url=None)

    @app.get("/.well-known/openid-configuration")
    def discovery() -> dict[str, Any]:
        return {
            "issuer": provider.url,
            "authorization_endpoint": f"{provider.url}/authorize",
            "token_endpoint": f"{provider.url}/token",
            "jwks_uri": f"{provider.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        return {"keys": [provider.key.as_dict(private=False)]}

    @app.get("/authorize")
    def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        provider.asked.append(asked)
        right = asked.get("client_id") == CLIENT and asked.get("code_challenge_method") == "S256"
        if not right or asked.get("response_type") != "code" or not asked.get("nonce"):
            return JSONResponse({"error": "invalid_request"}, 400)
        back = {"state": asked["state"]}
        if provider.lie == "denied":
            back["error"] = "access_denied"
        else:
            code = back["code"] = secrets.token_urlsafe(16)
            provider.codes[code] = asked
        if provider.lie == "state":
            back["state"] = "another"
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    @app.post("/token")
    def token(
        request: Request,
        code: str = Form(),
        redirect_uri: str = Form(),
        code_verifier: str = Form(),
    ) -> Response:
        asked = provider.codes.pop(code, None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".replace(" ", "+").encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        known = request.headers.get("authorization") in (f"Basic {basic}", f"Basic {plain}")
        digest = hashlib.sha256(code_verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or not known or asked["redirect_uri"] != redirect_uri:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if asked["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(
            {
                "access_token": secrets.token_urlsafe(16),
                "token_type": "Bearer",
                "expires_in": 300,
                "id_token": provider.token(asked),
            }
        )

    return app


@contextmanager
def providing(provider: Provider) -> Iterator[Provider]:
    """Serve the provider on a free port until the end."""
    config = uvicorn.Config(app_of(provider), host="127.0.0.1", port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    provider.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield provider
    finally:
        server.force_exit = server.should_exit = True
        thread.join(10)
