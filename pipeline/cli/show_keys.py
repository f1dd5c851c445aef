"""Shows keys of agencies: a new one once, others by id alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.table import Table

from pipeline.cli.show import out, put, safe

if TYPE_CHECKING:
    from pipeline.adapters.store.api_keys import ApiKey
    from pipeline.usecases.api_keys import NewKey

__all__ = ["listed", "made", "revoked"]


def made(key: NewKey, *, json: bool) -> None:
    """Print a key that was just made."""
    if json:
        put(
            {
                "id": key.key_id,
                "key": key.token,
                "signing_secret": key.signing_secret,
                "older_keys_ending": key.ending,
                "older_keys_end_at": key.ends_at.isoformat() if key.ending else None,
            }
        )
        return
    console = out()
    console.print(f"Key {key.key_id}, shown once; hand it over on a safe way:")
    console.print(f"  {key.token}", soft_wrap=True)
    if key.signing_secret:
        console.print("Signing secret, shown once:")
        console.print(f"  {key.signing_secret}", soft_wrap=True)
    if key.ending:
        console.print(f"{key.ending} older key(s) count until {key.ends_at:%Y-%m-%d %H:%M} UTC.")


def listed(keys: Sequence[ApiKey], *, now: datetime, json: bool) -> None:
    """Show what is known of keys."""
    if json:
        put([_row(key, now) for key in keys])
        return
    table = Table("agency", "key", "state", "signed", "made", "last used", "ends")
    for key in keys:
        row = _row(key, now)
        table.add_row(*(safe(str(row[name] or "")) for name in row))
    out().print(table)


def revoked(key: ApiKey, *, json: bool) -> None:
    """Say that a key is closed."""
    if json:
        put({"revoked": key.key_id, "agency": key.agency_id})
        return
    out().print(f"Key {key.key_id} of {safe(key.agency_id)} is closed.")


def _row(key: ApiKey, now: datetime) -> dict[str, object]:
    state = "revoked" if key.revoked_at else "open" if key.counts(now) else "ended"
    return {
        "agency": key.agency_id,
        "key": key.key_id,
        "state": state,
        "signed": "yes" if key.signing is not None else "",
        "made": f"{key.made_at:%Y-%m-%d %H:%M}",
        "last used": f"{key.used_at:%Y-%m-%d %H:%M}" if key.used_at else "",
        "ends": f"{key.ends_at:%Y-%m-%d %H:%M}" if key.ends_at else "",
    }
