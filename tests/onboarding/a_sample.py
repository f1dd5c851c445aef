"""Makes the folder of an agency from the bytes of one sample, in a home of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pipeline.usecases.onboard import OnboardReport, Request, onboard
from pipeline.usecases.settings import load_settings

NOW = datetime(2026, 6, 10, tzinfo=UTC)


def made(tmp_path: Path, body: bytes, *, timezone: str = "") -> OnboardReport:
    """Return the report of onboarding one sample; the folder is below ``agencies``."""
    (tmp_path / "sample").write_bytes(body)
    settings = load_settings({"BLOTTER_HOME": str(tmp_path / "home")})
    request = Request(
        agency_id="elm-bluff-pd",
        samples=(tmp_path / "sample",),
        timezone=timezone,
        into=tmp_path / "agencies",
    )
    return onboard(settings, request, now=NOW)
