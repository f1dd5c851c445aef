"""Renders each agency's agreement as the public may read it, with every one before it.

In go agencies, out come files under ``agreements/``: a page that lists all, and a page, the text
and the terms as JSON of each version. What is given in return stands in all of them. An agreement
is a public text as it is; nothing here may leave a part of it out, nor say more than its file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from html import escape

from pipeline.agencies import Agency, Agreement
from pipeline.model import Category
from pipeline.publish.channel import PublicFile
from pipeline.publish.plain import plain_text

__all__ = ["agreement_files", "public_copy", "terms_of"]

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; \
form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body>
{body}
</body>
</html>
"""
_LONGEST = 100_000


def page(title: str, lines: Sequence[str]) -> bytes:
    """Return a page of HTML lines, which asks nobody for anything."""
    return _PAGE.format(title=escape(title), body="\n".join(lines)).encode()


def agreement_files(agencies: Sequence[Agency]) -> tuple[PublicFile, ...]:
    """Return the files of all agencies' agreements; none when there are no agencies."""
    if not agencies:
        return ()
    files = [PublicFile(path="agreements/index.html", body=_index(agencies))]
    for agency in agencies:
        for terms in _all(agency):
            stem = f"agreements/{agency.agency_id}/{terms.version}"
            said = json.dumps(terms_of(agency, terms), indent=1, ensure_ascii=False) + "\n"
            files += [
                PublicFile(path=f"{stem}.html", body=_one(agency, terms)),
                PublicFile(path=f"{stem}.json", body=said.encode()),
                PublicFile(path=f"{stem}.txt", body=public_copy(agency, terms).encode()),
            ]
    return tuple(files)


def terms_of(agency: Agency, terms: Agreement) -> dict[str, object]:
    """Return an agreement's terms for a machine; days as 2026-01-05, None where there is none."""
    every = terms.categories == frozenset(Category)
    return {
        "agency": agency.agency_id,
        "name": agency.name,
        "version": terms.version,
        "digest": terms.digest,
        "supersedes": terms.supersedes,
        "parties": list(terms.parties),
        "signed": _day(terms.signed),
        "signatures": {party: _day(day) for party, day in terms.signatures.items()},
        "effective": _day(terms.effective),
        "expires": _day(terms.expires),
        "ended": _day(terms.ended),
        "purposes": list(terms.purposes),
        "termination": terms.termination,
        "fields": sorted(terms.fields),
        "categories": "all" if every else sorted(each.value for each in terms.categories),
        "consideration": terms.consideration,
    }


def public_copy(agency: Agency, terms: Agreement) -> str:
    """Return an agreement as plain text: its terms, what is given in return, and its words."""
    lines = [f"{label}: {value}" for label, value in _terms(terms)]
    text = plain_text(terms.text, _LONGEST)
    head = f"Agreement {terms.version} of {agency.name}, {agency.place}, {agency.state}"
    return "\n".join([head, "", *lines, "", text]).rstrip() + "\n"


def _all(agency: Agency) -> tuple[Agreement, ...]:
    """Return the agreement in force, then those before it, newest first."""
    return (agency.agreement, *reversed(agency.agreement.earlier))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _terms(terms: Agreement) -> Iterator[tuple[str, str]]:
    every = terms.categories == frozenset(Category)
    yield "Parties", ", ".join(terms.parties)
    yield "Signed", _signed(terms)
    yield "In force", f"{terms.effective} to {terms.ended or terms.expires}"
    if terms.ended is not None:
        yield "Ended early", f"it was agreed until {terms.expires}"
    yield "For", "; ".join(terms.purposes) or "not stated"
    yield "Given in return", terms.consideration
    yield "Ends", terms.termination or "not stated"
    yield "Fields received", ", ".join(sorted(terms.fields))
    yield (
        "Categories",
        "all that the policy allows"
        if every
        else ", ".join(sorted(each.value for each in terms.categories)),
    )
    if terms.supersedes is not None:
        yield "In place of", f"agreement {terms.supersedes}"
    yield "Digest", terms.digest


def _signed(terms: Agreement) -> str:
    if terms.signatures:
        return ", ".join(f"{party} {day or 'not yet'}" for party, day in terms.signatures.items())
    return "not yet" if terms.signed is None else terms.signed.isoformat()


def _one(agency: Agency, terms: Agreement) -> bytes:
    title = f"{agency.name}: agreement {terms.version}"
    state = "" if terms is agency.agreement else "<p>This one is not in force any more.</p>"
    rows = [f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in _terms(terms)]
    text = escape(plain_text(terms.text, _LONGEST))
    lines = [
        f"<h1>{escape(title)}</h1>",
        state,
        "<dl>",
        *rows,
        "</dl>",
        "<h2>The text</h2>",
        f"<pre>{text}</pre>",
        '<p><a href="../index.html">All agreements</a></p>',
        f'<p><a href="{terms.version}.json">These terms as JSON</a></p>',
    ]
    return page(title, [line for line in lines if line])


def _index(agencies: Sequence[Agency]) -> bytes:
    lines = [
        "<h1>Agreements</h1>",
        "<p>Each agency whose calls are told here, on which terms, and what it is given.</p>",
        "<p>Earlier agreements stay.</p>",
        "<table>",
        "<tr><th>agency</th><th>in force</th><th>given in return</th>",
        "<th>digest</th><th>earlier</th></tr>",
    ]
    for agency in sorted(agencies, key=lambda each: each.agency_id):
        terms = agency.agreement
        earlier = ", ".join(_link(agency, each, str(each.version)) for each in _all(agency)[1:])
        term = f"{terms.effective} to {terms.ended or terms.expires}"
        lines.append(
            f"<tr><td>{_link(agency, terms, agency.name)}</td><td>{term}</td>"
            f"<td>{escape(terms.consideration)}</td><td>{terms.digest}</td>"
            f"<td>{earlier or 'none'}</td></tr>"
        )
    return page("Agreements", [*lines, "</table>"])


def _link(agency: Agency, terms: Agreement, words: str) -> str:
    return f'<a href="{agency.agency_id}/{terms.version}.html">{escape(words)}</a>'
