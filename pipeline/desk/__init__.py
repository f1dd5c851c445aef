"""The desk: a web application in which editors decide. Thin over the use cases.

It can be handed redacted types only, and asks nothing of the vault but through use cases that leave
an entry. A new room is a module in ``rooms`` with a ``Room``, and one line in ``app.ROOMS``.
"""

from pipeline.desk.app import build_app

__all__ = ["build_app"]
