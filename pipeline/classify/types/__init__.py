"""Proposes APCO types for an agency's call types by three votes; errs to sensitive.

In go a code and a text as the agency writes them; out come three types, reasons, and whether
people must look. Nothing here saves a mapping: ``pipeline.usecases.types`` shows what one would do,
and a person writes it into the agency file. What a mapped code means is ``pipeline.classify.apco``.
"""

from pipeline.classify.types.neighbours import Mapped, Neighbours
from pipeline.classify.types.rows import Rows
from pipeline.classify.types.rules import is_known_number
from pipeline.classify.types.votes import (
    Proposal,
    Proposer,
    names_a_type,
    proposer,
    says_what,
)
from pipeline.classify.types.words import is_dispatch_words

__all__ = [
    "Mapped",
    "Neighbours",
    "Proposal",
    "Proposer",
    "Rows",
    "is_dispatch_words",
    "is_known_number",
    "names_a_type",
    "proposer",
    "says_what",
]
