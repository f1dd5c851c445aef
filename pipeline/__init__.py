"""Blotter: dispatch feeds in, reviewed neighborhood alerts out.

Importing this package stays light: it imports nothing, so that tools and notebooks can reach one
part (``pipeline.redact``, ``pipeline.walk``) without paying for the rest.
"""

__all__: list[str] = []
