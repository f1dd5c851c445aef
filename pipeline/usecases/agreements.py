"""Agreements and policies as the public reads them, and an agency's agreement by itself.

Reads agency files and policies only. What it returns is public; ``publish`` writes the files.
"""

from __future__ import annotations

from datetime import date

from pipeline.agencies import Agency, load_agency, schemas_folder
from pipeline.agencies.agreement_lint import Remark, lint
from pipeline.model import ConfigError, Policy, Refused
from pipeline.policies import load_policy, shipped_policies
from pipeline.publish import PublicFile
from pipeline.publish.agreements import agreement_files
from pipeline.publish.policy_pages import policy_files
from pipeline.usecases.catalog import load_catalog
from pipeline.usecases.resources import current_policy
from pipeline.usecases.settings import Settings

__all__ = ["STATEMENT_PAGES", "agency_named", "linted", "public_statements"]

STATEMENT_PAGES = frozenset({"agreements/index.html", "policy/index.html"})
"""The pages whose digests the log holds; they name the digests and versions of all others."""


def agency_named(settings: Settings, agency: str) -> Agency:
    """Return one agency of the agencies folder.

    Raises:
        ConfigError: its files are wrong.
        Refused: there is none of that name.
    """
    folder = settings.agencies / agency
    if not (folder / "agency.yml").is_file():
        raise Refused(f"no agency {agency[:40]!r} in the folder of agencies")
    return load_agency(folder, dialects=schemas_folder())


def linted(
    settings: Settings, *, on: date, agency: str | None = None
) -> dict[str, tuple[Remark, ...]]:
    """Return remarks on one agency's agreement, or on all, by agency.

    Raises:
        ConfigError: the agencies folder is missing, or the named agency's files are wrong.
        Refused: there is no such agency.
    """
    if agency is not None:
        return {agency: lint(agency_named(settings, agency), on=on)}
    return {each.agency_id: lint(each, on=on) for each in load_catalog(settings).agencies}


def public_statements(settings: Settings) -> tuple[PublicFile, ...]:
    """Return the public files about agreements and policies; what cannot be read is left out.

    An agency whose files are wrong keeps the pages it has: its agreement did not change by that.

    Raises:
        ConfigError: the policy in force cannot be read.
    """
    policy = current_policy(settings)
    try:
        agencies = load_catalog(settings).agencies
    except ConfigError:
        agencies = ()
    return (*agreement_files(agencies), *policy_files(_history(policy)))


def _history(policy: Policy) -> list[Policy]:
    """Return the shipped policies up to the one in force, and that one."""
    before = [load_policy(each) for each in shipped_policies() if each < policy.version]
    return [*before, policy]
