"""Settings of the stand-in: one folder, and what shall go wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Settings:
    home: Path

    def note(self, call: str, **arguments: Any) -> None:
        with (self.home / "calls.jsonl").open("a") as file:
            file.write(json.dumps({"call": call, **arguments}) + "\n")

    def goes_wrong(self) -> str:
        path = self.home / "goes-wrong"
        return path.read_text() if path.exists() else ""


def load_settings(environ: Mapping[str, str]) -> Settings:
    return Settings(Path(environ["BLOTTER_HOME"]))


def present(settings: Settings, clock: datetime) -> datetime:
    return clock
