"""Loads an agency's agreement with its text, and every agreement before it.

In: the agency file's source and what it says of the agreement. Out: the agreement and the bytes of
all files it stands in, for the agency's version. An earlier agreement is a file of the same keys
beside ``agency.yml``, kept for good. It must never take an earlier one for the one in force.
"""

from __future__ import annotations

from pydantic import ValidationError

from pipeline.agencies.agency import Agreement
from pipeline.agencies.document import AgreementDocument
from pipeline.agencies.explain import explained
from pipeline.agencies.inputs import Input, Inputs, agreement_text, inside, read_input
from pipeline.agencies.merge import agreement
from pipeline.marked_yaml import Source, quoted, read_source

__all__ = ["load_agreement"]


def load_agreement(source: Source, given: AgreementDocument) -> tuple[Agreement, Inputs]:
    """Return the agreement in force, those before it in it, and all files read.

    Raises:
        ConfigError: a file is missing or wrong, or the versions do not fit each other.
    """
    text, files = agreement_text(source, given.text)
    earlier = []
    for number, written in enumerate(given.earlier):
        found, read = _earlier(source, number, written)
        earlier.append(found)
        files = (*files, *read)
    versions = [each.version for each in earlier]
    if len(set(versions)) < len(versions) or any(each >= given.version for each in versions):
        raise source.error(
            ("agreement", "earlier"),
            "earlier agreements have the number of another, or a later one",
            "Count `version` on with each renewal.",
        )
    if given.supersedes is not None and given.supersedes not in versions:
        raise source.error(
            ("agreement", "supersedes"),
            f"there is no agreement {given.supersedes} among `earlier`",
            "Keep what was in force in a file of its own, and name that.",
        )
    return agreement(given, text, tuple(earlier)), files


def _earlier(source: Source, number: int, written: str) -> tuple[Agreement, Inputs]:
    at = ("agreement", "earlier", number)
    if not written.endswith(".yml"):
        raise source.error(at, f"{quoted(written)} is no .yml file", "Give it the keys of one.")
    read_input(source, at, written)
    below = read_source(inside(source, at, written))
    try:
        document = AgreementDocument.model_validate(below.tree)
    except ValidationError as failure:
        raise explained(below, failure, AgreementDocument) from None
    if document.earlier:
        raise below.error(("earlier",), "only the newest names earlier ones", "Remove it here.")
    text, files = agreement_text(source, document.text)
    return agreement(document, text), (Input(written, below.body, below.path), *files)
