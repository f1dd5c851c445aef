"""Finds a connection's user and secret in the environment, as Airflow writes them.

In: a connection's name and the environment. Out: a credential, or None. ``AIRFLOW_CONN_<NAME>`` is
JSON or a URI, exactly as Airflow reads it, so that one variable serves a task and the command line;
connections kept in Airflow's own database are looked up by the DAG. Must never show a secret.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlsplit

from pipeline.adapters.transports.fetched import Credential
from pipeline.model import ConfigError

__all__ = ["Connections", "credential_from", "from_environment"]

Connections = Callable[[str], Credential | None]
"""A connection's name -> its credential; None when there is no such connection."""


def from_environment(environ: Mapping[str, str]) -> Connections:
    """Return a look-up of ``AIRFLOW_CONN_<NAME>`` variables.

    The look-up raises ConfigError when a variable is neither JSON nor a URI.
    """

    def find(name: str) -> Credential | None:
        text = environ.get(f"AIRFLOW_CONN_{name.upper().replace('-', '_').replace('.', '_')}")
        text = text or environ.get(f"AIRFLOW_CONN_{name.upper()}")
        return None if not text else _parsed(text, name)

    return find


def credential_from(
    login: str | None, password: str | None, extra: Mapping[str, object]
) -> Credential:
    """Return the credential of a connection's parts; ``private_key`` is an extra of SFTP's."""
    key = extra.get("private_key", "")
    return Credential(
        login=login or "", secret=password or "", private_key=key if isinstance(key, str) else ""
    )


def _parsed(text: str, name: str) -> Credential:
    if text.lstrip().startswith("{"):
        try:
            given = json.loads(text)
        except ValueError:
            given = None
        if not isinstance(given, dict):
            raise _odd(name)
        extra = given.get("extra") or {}
        if isinstance(extra, str):
            try:
                extra = json.loads(extra)
            except ValueError:
                extra = {}
        return credential_from(given.get("login"), given.get("password"), extra)
    try:
        parts = urlsplit(text)
        return credential_from(unquote(parts.username or ""), unquote(parts.password or ""), {})
    except ValueError:
        raise _odd(name) from None


def _odd(name: str) -> ConfigError:
    return ConfigError(
        f"the connection {name} in the environment cannot be read",
        remedy="Write it as JSON or as a URI, the way Airflow documents AIRFLOW_CONN_ variables",
    )
