"""Log-on by an identity provider (OpenID Connect), where one is configured.

Authorization code with PKCE, state and nonce; the library checks the token. Roles come from a claim
that the configuration names: a person without one gets no account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from httpx import HTTPError
from starlette.requests import Request
from starlette.responses import Response

from pipeline.model import ConfigError, Refused, Role

__all__ = ["Oidc", "Person", "read_oidc"]

_NO_PROVIDER = (KeyError, RuntimeError, ValueError)
"""What the library raises where an answer is no JSON, or lacks an address or a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom the provider vouches for; ``role`` is None where it names none of ours."""

    subject: str
    name: str
    role: Role | None


class Oidc:
    """One provider. ``label`` is what the button says."""

    def __init__(self, *, issuer: str, client: str, secret: str, claim: str, label: str) -> None:
        self.label = label
        self._issuer, self._claim = issuer.rstrip("/"), claim
        # Imported where a provider is configured: others need not wait for it.
        from authlib.integrations.starlette_client import OAuth

        registry = OAuth()
        registry.register(
            "provider",
            client_id=client,
            client_secret=secret,
            server_metadata_url=f"{self._issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid profile", "code_challenge_method": "S256"},
        )
        self._client: Any = registry.create_client("provider")

    async def begin(self, request: Request, back: str) -> Response:
        """Send the visitor to the provider; state and nonce wait in a signed cookie.

        Raises:
            Refused: the provider does not answer, or not as one.
        """
        try:
            response: Response = await self._client.authorize_redirect(request, back)
        except (HTTPError, *_NO_PROVIDER):
            raise Refused("the identity provider does not answer; try again later") from None
        return response

    async def finish(self, request: Request) -> Person:
        """Return whom the provider sent back.

        Raises:
            Refused: state, nonce or token is wrong, or the provider refused.
        """
        from authlib.integrations.base_client.errors import OAuthError
        from joserfc.errors import JoseError

        # A token that is not signed, not for us, not of now or not of this log-on is a JoseError.
        try:
            token = await self._client.authorize_access_token(request)
        except (OAuthError, JoseError, HTTPError, *_NO_PROVIDER):
            raise Refused("the identity provider did not let you in; try again") from None
        claims = token.get("userinfo") or {}
        if not claims.get("sub"):
            raise Refused("the identity provider named nobody")
        return Person(
            subject=f"{self._issuer} {claims['sub']}",
            name=str(claims.get("name") or ""),
            role=_role(claims.get(self._claim)),
        )


def read_oidc(environ: Mapping[str, str]) -> Oidc | None:
    """Read the provider from the environment; None where none is named.

    Raises:
        ConfigError: it is named by half.
    """
    issuer = environ.get("BLOTTER_OIDC_ISSUER", "")
    if not issuer:
        return None
    client, secret = environ.get("BLOTTER_OIDC_CLIENT", ""), environ.get("BLOTTER_OIDC_SECRET", "")
    if not client or not secret or not issuer.startswith("https://"):
        raise ConfigError(
            "the identity provider is configured by half",
            remedy="Give BLOTTER_OIDC_ISSUER (https), BLOTTER_OIDC_CLIENT and BLOTTER_OIDC_SECRET",
        )
    return Oidc(
        issuer=issuer,
        client=client,
        secret=secret,
        claim=environ.get("BLOTTER_OIDC_ROLE_CLAIM") or "blotter_role",
        label=environ.get("BLOTTER_OIDC_LABEL") or "Single sign-on",
    )


def _role(claim: object) -> Role | None:
    """Return the one role a claim names; several or none are none."""
    named = claim if isinstance(claim, list) else [claim]
    roles = [Role(each) for each in named if each in {role.value for role in Role}]
    return roles[0] if len(roles) == 1 else None
