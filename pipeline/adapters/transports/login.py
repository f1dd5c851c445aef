"""Says with which header a credential is shown to a web server.

In: a credential and the header the agency file names. Out: headers. Must never put a secret into
an address: addresses end in logs.
"""

from __future__ import annotations

import base64

from pipeline.adapters.transports.fetched import Credential, FetchFailed, Look
from pipeline.model import NoticeCode

__all__ = ["credential_of", "login_headers"]


def credential_of(look: Look, connection: str) -> Credential | None:
    """Return the look's credential; None where the agency names no connection.

    Raises:
        FetchFailed: a connection is named and was not found.
    """
    if connection and look.credential is None:
        raise FetchFailed(NoticeCode.CREDENTIAL_MISSING, f"connection {connection}")
    return look.credential if connection else None


def login_headers(credential: Credential | None, header: str = "") -> dict[str, str]:
    """Return the headers that log in: the one named, else Basic with a user, else Bearer."""
    if credential is None:
        return {}
    if header:
        return {header: credential.secret}
    if credential.login:
        pair = f"{credential.login}:{credential.secret}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    return {"Authorization": f"Bearer {credential.secret}"}
