"""The hook of a feed's connection: Airflow's Connection in, a transport's credential out.

It reads user, secret and private key of a Connection of any type, so that connections made before
this type existed work unchanged. It must never log, show or store what it reads: a credential's
``repr`` is empty of secrets, and there is no test of the connection, which would have to say why a
server refused it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseHook

from blotter_provider import CONNECTION_TYPE, HOOK_NAME

if TYPE_CHECKING:
    from pipeline.adapters.transports.fetched import Credential

__all__ = ["DispatchFeedHook"]


class DispatchFeedHook(BaseHook):
    """Gives the credential that an agency's feed is fetched with."""

    conn_name_attr = "feed_conn_id"
    default_conn_name = "blotter_feed_default"
    conn_type = CONNECTION_TYPE
    hook_name = HOOK_NAME

    def __init__(self, feed_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.feed_conn_id = feed_conn_id

    def get_conn(self) -> Credential:
        """Return the credential under this name.

        Raises AirflowNotFoundException when there is no such connection.
        """
        from pipeline.adapters.connections import credential_from

        found = self.get_connection(self.feed_conn_id)
        return credential_from(found.login, found.password, found.extra_dejson)
