"""What the running receiver holds: settings, database, vault, clock, counters, the bell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from pipeline.agencies import Agency, load_agency, schemas_folder
from pipeline.receiver.bell import Bell
from pipeline.receiver.rates import Buckets
from pipeline.usecases.resources import Resources
from pipeline.usecases.settings import Settings

__all__ = ["Receiver"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """One receiver. ``clock`` is the time of day, ``seconds`` a monotonic one."""

    settings: Settings
    resources: Resources
    clock: Callable[[], datetime]
    seconds: Callable[[], float]
    bell: Bell
    rates: Buckets = field(default_factory=Buckets)
    body_seconds: float = 30.0

    def agency(self, agency_id: str) -> Agency:
        """Return the agency as its file is now; read anew only when the file changed.

        Raises:
            ConfigError: its files are missing or wrong.
        """
        folder = self.settings.agencies / agency_id
        path = folder / "agency.yml"
        return _loaded(folder, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=1_000)
def _loaded(folder: Path, _modified: int) -> Agency:
    return load_agency(folder, dialects=schemas_folder())
