"""The database behind plain functions: transactions of a store, a module per concern.

``feeding`` (payloads), ``walking`` (outcomes), ``memories``, ``candidates`` (the desk), ``alerts``,
``audit_log``, ``ledger``. No other package sees SQLAlchemy.
"""

from pipeline.adapters.store.engine import Store, Tx, newest_version, open_store

__all__ = ["Store", "Tx", "newest_version", "open_store"]
