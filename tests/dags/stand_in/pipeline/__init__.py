"""Stands before the real package: its use cases are invented, everything else is the real one."""

from pathlib import Path

__path__.append(str(Path(__file__).resolve().parents[4] / "pipeline"))
