"""The database behind plain functions: transactions of a store, a module per concern.

``feeding`` (payloads), ``walking`` (outcomes), ``memories``, ``candidates`` (the desk), ``alerts``,
``outbox`` (who is still to be told), ``audit_log``, ``ledger``, ``accounts``. No other package
sees SQLAlchemy.
"""

from pipeline.adapters.store import case_tables as case_tables  # its table joins the schema
from pipeline.adapters.store import claim_tables as claim_tables
from pipeline.adapters.store import desk_tables as desk_tables
from pipeline.adapters.store import listing_tables as listing_tables
from pipeline.adapters.store import onboarding_tables as onboarding_tables
from pipeline.adapters.store import outbox_tables as outbox_tables
from pipeline.adapters.store import request_tables as request_tables  # likewise
from pipeline.adapters.store.engine import Store, Tx, newest_version, open_store

__all__ = ["Store", "Tx", "newest_version", "open_store"]
