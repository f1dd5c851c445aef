"""Writes the agency file of what was inferred, each line with why and how sure.

In: who the agency is, the sample, what was inferred, call types. Out: the text of agency.yml. What
is undecided stands in comments, so that a person takes a decision by taking a ``#`` away. The
agreement is unsigned and releases administrative calls only, which are never told: closed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.agencies.agency import FLAT, FormatKind
from pipeline.onboarding.choice import Choice, Inferred, PlaceChoice, TypeChoice
from pipeline.onboarding.mailed import Mailed
from pipeline.onboarding.sample import Sample

__all__ = ["Who", "agency_yml"]

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./ -]*")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "~"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """The agency, as far as it is known."""

    agency_id: str
    name: str
    timezone: str
    place: str
    state: str
    today: date


def agency_yml(
    who: Who,
    sample: Sample,
    found: Inferred,
    types: Sequence[TypeChoice],
    *,
    dialect: str,
    agreed: Sequence[str],
    schema: str,
    town: str,
) -> str:
    """Return agency.yml. ``dialect`` is ``own`` or the one whose mapping fits the sample.

    ``agreed`` are the canonical fields that are mapped, for a person to strike out.
    """
    own = dialect == "own"
    parts = [
        *_head(who, dialect, own=own),
        *(_format(sample, found, schema) if own else ()),
        *_transport(sample),
        *(_mapping(found) if own else ()),
        *_places(found, own=own),
        *_types(types),
        *_agreement(who, found, agreed),
        *_location(found, town),
        "# What is normal: set these after a week of shadow.",
        "bounds: {calls_per_day: [0, 100000], held_ratio: 1, silence_hours: 168}",
    ]
    return "\n".join(parts) + "\n"


def quote(text: str) -> str:
    """Return a YAML scalar for one line."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and text == text.strip():
        return text
    return json.dumps(text, ensure_ascii=False)


def _listed(texts: Sequence[str]) -> str:
    return "[" + ", ".join(map(quote, texts)) + "]"


def _head(who: Who, dialect: str, *, own: bool) -> Iterator[str]:
    yield f"# Begun by `blotter agency new` on {who.today.isoformat()}. Lines carry why they are so"
    yield "# and how sure that is, 0 to 1. What is undecided is closed: held, unread, unsigned."
    yield f"id: {who.agency_id}"
    yield "about:"
    yield f"  name: {quote(who.name)}"
    yield f"  place: {quote(who.place)}"
    yield f"  state: {who.state}"
    yield "  kind: undecided"
    yield "  contact: undecided"
    yield f"timezone: {quote(who.timezone)}"
    yield f"dialect: {dialect}" + ("" if own else "  # its mapping reads the sample")
    yield "# Walked and seen by engineers; nothing goes to editors before it is signed twice."
    yield "shadow: true"


def _format(sample: Sample, found: Inferred, schema: str) -> Iterator[str]:
    yield "format:"
    yield f"  kind: {sample.kind}"
    yield from _records(sample)
    if sample.namespaces:
        pairs = ", ".join(f"{prefix}: {json.dumps(uri)}" for prefix, uri in sample.namespaces)
        yield f"  namespaces: {{{pairs}}}"
    if schema:
        yield f"  schema: {schema}  # inferred; loose on purpose"
    yield f"  encodings: [{sample.encoding}]"
    if sample.kind is FormatKind.TABLE and sample.delimiter != ",":
        yield f"  delimiter: {json.dumps(sample.delimiter)}"
    if sample.columns_named:
        yield "  # No header line: give the columns their names, here and below."
        yield f"  columns: {_listed(sample.columns_named)}"
    if sample.widths:
        yield f"  widths: [{', '.join(map(str, sample.widths))}]  # and the last to the line's end"
    if sample.separator:
        yield f"  separator: {json.dumps(sample.separator)}  # each line is a call"
    if sample.labels:
        yield f"  labels: {_listed(sample.labels)}{_why_labels(sample)}"
    if found.times:
        yield f"  times: {_listed(found.times)}"
    if found.fold:
        yield "  fold: true  # one number stands at several units: one row per unit"


def _why_labels(sample: Sample) -> str:
    return "" if sample.separator else "  # several on a line, with no more than a space"


def _records(sample: Sample) -> Iterator[str]:
    if sample.kind not in FLAT:
        yield f"  records: {quote(sample.records)}  # {sample.count} in the sample"
    if sample.columns_at:
        yield f"  columns_at: {quote(sample.columns_at)}  # records are lists; names stand there"


def _transport(sample: Sample) -> Iterator[str]:
    # Anywhere but in a mail a page is a failure, a text is wrapped and encoded by the mail that
    # carries it, and only a mail has headers.
    if sample.mailed in {Mailed.PAGE, Mailed.TEXT} or sample.headers:
        came = "as a page" if sample.mailed is Mailed.PAGE else "as text"
        yield f"# The sample came by mail, {came}. Which mailbox, and who may send, is undecided."
        yield "transport: {kind: mail, host: mail.invalid, senders: [undecided@mail.invalid],"
        kept = f"headers: [{', '.join(sample.headers)}], " if sample.headers else ""
        yield f"            {kept}connection: undecided}}"
    else:
        yield (
            f"# The sample came by mail ({sample.mailed}); docs/how-to/feeds.md has `kind: mail`."
            if sample.mailed
            else "# How payloads arrive is undecided; docs/how-to/feeds.md has every kind."
        )
        yield f'transport: {{kind: folder, path: payloads, pattern: "*{sample.suffix}"}}'
    yield "schedule: {every: 300, reason: Undecided; ask the agency how often it writes.}"


def _mapping(found: Inferred) -> Iterator[str]:
    why = "" if len(found.key) == 1 else "  # a number comes back, or there is none"
    yield f"key: [{', '.join(found.key)}]{why}"
    yield "fields:"
    for choice in found.fields:
        yield f"  {choice.field}: {_field(choice)}  # {choice.why} ({choice.sure:.2f})"


def _field(choice: Choice) -> str:
    paths = choice.paths
    where = f"path: {quote(paths[0])}" if len(paths) == 1 else f"paths: {_listed(paths)}"
    more = f", presence: {choice.presence}"
    if choice.true_values:
        more += f", true_values: {_listed(choice.true_values)}"
    if choice.form:
        more += f", form: {choice.form}"
    return f"{{{where}{more}}}"


def _places(found: Inferred, *, own: bool) -> Iterator[str]:
    if found.remarks and own:
        yield "remarks:"
        for remark in found.remarks:
            parts = [f"text: {quote(remark.text)}"]
            names = ("each", "at", "restriction")
            parts += [f"{n}: {quote(getattr(remark, n))}" for n in names if getattr(remark, n)]
            yield f"  - {{{', '.join(parts)}}}  # {remark.why} ({remark.sure:.2f})"
    if found.people and own:
        yield "people:"
        for person in found.people:
            parts = [f"role: {person.role}"]
            parts += [f"each: {quote(person.each)}"] if person.each else []
            parts += [f"{part}: {_listed(paths)}" for part, paths in person.parts.items()]
            yield f"  - {{{', '.join(parts)}}}  # {person.why} ({person.sure:.2f})"
    if not own:
        return  # what the dialect does not know stays unread until somebody says otherwise
    yield from _list("private_values", found.private)
    yield from _list("ignored_fields", found.ignored)
    if found.undecided:
        yield "# Undecided: unread, searched for in the remarks, never shown. Map them, name them"
        yield "# under private_values, or under ignored_fields:"
        for place in found.undecided:
            yield f"#   {quote(place.path)}"


def _list(name: str, places: Sequence[PlaceChoice]) -> Iterator[str]:
    if places:
        yield f"{name}:"
        for place in places:
            yield f"  - {quote(place.path)}  # {place.why}"


def _types(types: Sequence[TypeChoice]) -> Iterator[str]:
    accepted = [each for each in types if each.accepted]
    yield "# A code that is not listed holds its calls. On those listed three votes agreed."
    yield "call_types:" + ("" if accepted else " {}")
    for each in accepted:
        said = f"{_worded(each)}{each.confidence:.2f}, {each.calls} calls"
        yield f"  {quote(each.code)}: {each.apco[0]}  # {said}"
    if not all(each.exact for each in types):
        yield "# Lines marked ~ tell a code in a form that is safe to show: they map nothing until"
        yield "# the code is what the feed writes."
    for each in types:
        if not each.accepted:
            other = ", ".join(each.apco[1:])
            note = "SENSITIVE? " if each.sensitive else ""
            said = f"{_worded(each)}{note}{each.confidence:.2f}, {each.calls} calls; or {other}"
            yield f"#{' ' if each.exact else '~'} {quote(each.code)}: {each.apco[0]}  # {said}"


def _worded(each: TypeChoice) -> str:
    return f"{each.words}: " if each.words else ""


def _agreement(who: Who, found: Inferred, agreed: Sequence[str]) -> Iterator[str]:
    fields = list(dict.fromkeys([*agreed, "call_type", "opened_at"]))
    extras = [*(["remarks"] if found.remarks else []), *(["people"] if found.people else [])]
    yield "agreement:"
    yield f"  parties: [{quote(who.name)}, Undecided]"
    yield "  signed: null  # unsigned: the feed is not read"
    yield f"  effective: {who.today.isoformat()}"
    yield f"  expires: {(who.today + timedelta(days=365)).isoformat()}"
    yield f"  fields: [{', '.join([*fields, *extras])}]  # all mapped; the agreement decides"
    yield "  categories: [administrative]  # nothing is released until the agreement says what"
    yield "  text: Undecided."
    yield "  consideration: none"


def _location(found: Inferred, town: str) -> Iterator[str]:
    yield "# areas.geojson is a stub: one area around the sample's points. `blotter areas build`."
    repair = f", repair: [{', '.join(found.repair)}]" if found.repair else ""
    named = quote(town) if town else '""'
    yield f"location: {{areas: areas.geojson, town: {named}{repair}}}"
