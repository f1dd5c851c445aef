"""Takes everything private out of an incident's texts, or holds the incident."""

from pipeline.redact.detector import Detector
from pipeline.redact.examine import Findings, examine
from pipeline.redact.leakcheck import leaked_values, leaks
from pipeline.redact.leakremark import remark_leaks
from pipeline.redact.paths import path_names, shown_path
from pipeline.redact.redactor import redact, remembered, shown_code
from pipeline.redact.words import unexplained_words

__all__ = [
    "Detector",
    "Findings",
    "examine",
    "leaked_values",
    "leaks",
    "path_names",
    "redact",
    "remark_leaks",
    "remembered",
    "shown_code",
    "shown_path",
    "unexplained_words",
]
