"""What Airflow is told of Blotter as a provider: one connection type and its form.

Airflow finds :func:`get_provider_info` by the entry point ``apache_airflow_provider`` of the
installed package, and draws the form from what it returns, without loading the hook. This module
must never import Airflow or ``pipeline``: every process of Airflow that shows or reads connections
loads it.
"""

from __future__ import annotations

from typing import Any

__all__ = ["CONNECTION_TYPE", "HOOK_NAME", "get_provider_info"]

CONNECTION_TYPE = "blotter_feed"
HOOK_NAME = "Dispatch feed (Blotter)"


def get_provider_info() -> dict[str, Any]:
    """Return the provider as Airflow's schema of providers wants it."""
    return {
        "package-name": "blotter",
        "name": "Blotter",
        "description": "Dispatch feeds in, reviewed neighborhood alerts out.",
        "hooks": [
            {"integration-name": "Blotter", "python-modules": ["blotter_provider.feeds"]},
        ],
        "integrations": [
            {"integration-name": "Blotter", "external-doc-url": "", "tags": ["service"]},
        ],
        "connection-types": [
            {
                "connection-type": CONNECTION_TYPE,
                "hook-class-name": "blotter_provider.feeds.DispatchFeedHook",
                "hook-name": HOOK_NAME,
                "ui-field-behaviour": {
                    # Where a feed is stands in agency.yml, and the key below is the only extra.
                    "hidden-fields": ["host", "port", "schema", "extra"],
                    "relabeling": {"login": "User", "password": "Password or token"},
                    "placeholders": {
                        "login": "empty where the feed takes a token alone",
                        "password": "empty where a private key is given",
                    },
                },
                "conn-fields": {
                    # Airflow masks an extra of this name in logs and in what its API returns.
                    "private_key": {
                        "label": "Private key",
                        "description": "For SFTP: an OpenSSH or PEM key without a passphrase.",
                        "schema": {"type": ["string", "null"], "format": "multiline"},
                    },
                },
            }
        ],
    }
