from __future__ import annotations

from desk_served import serve, served, served_everywhere

__all__ = ["serve", "served", "served_everywhere"]
