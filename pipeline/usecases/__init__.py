"""What can be done: one module per use case, each a transaction, all safe to run again.

Importing this package imports none of them, so that a DAG file or a command pays only for its own.
"""

__all__: list[str] = []
