"""Says which authorities are trusted: the usual ones, or those the environment names.

The environment names them by SSL_CERT_FILE or SSL_CERT_DIR. Never trusts a server without one.
"""

from __future__ import annotations

import os
import ssl
from functools import lru_cache

import httpx

from pipeline.model import ConfigError

__all__ = ["trusted"]


def trusted() -> ssl.SSLContext:
    """Return the context of every TLS connection to an agency.

    Raises:
        ConfigError: what the environment names cannot be read, or holds no certificates.
    """
    return _context(os.environ.get("SSL_CERT_FILE", ""), os.environ.get("SSL_CERT_DIR", ""))


# Reading all authorities takes milliseconds: once a process, not for every agency of a round.
@lru_cache(maxsize=4)
def _context(file: str, folder: str) -> ssl.SSLContext:
    try:
        return httpx.create_ssl_context()
    except OSError as failure:  # an ssl.SSLError is one, too
        name = "SSL_CERT_FILE" if file else "SSL_CERT_DIR" if folder else "the certifi package"
        reason = "no certificates" if isinstance(failure, ssl.SSLError) else failure.strerror
        raise ConfigError(
            f"the authorities of {name} cannot be read ({reason})",
            remedy="Correct the path, or unset it to trust the usual authorities",
        ) from None
