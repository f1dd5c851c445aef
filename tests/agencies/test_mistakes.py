"""Every mistake in a configuration names its file, its line and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.agencies import load_agency
from pipeline.model import ConfigError

Write = Callable[..., tuple[Path, Path]]
XSD_OPEN = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
HERE = "# here"
"""Stands on the line that the error must name."""


FOLDER = 'transport: {kind: folder, path: payloads, pattern: "*.xml"}'
MAILBOX = (
    "transport: {kind: mail, host: mail.example, connection: c, senders: [cad@elm-bluff.example]"
)


@dataclass(frozen=True)
class Mistake:
    """In one of the files ``old`` becomes ``new``; the error says ``problem`` and ``remedy``."""

    name: str
    old: str
    new: str
    problem: str
    remedy: str
    file: str = "agency.yml"


MISTAKES = (
    Mistake(
        "unknown key at the top",
        "timezone: America",
        "timezones: x # here\ntimezone: America",
        "`timezones` is not a known key",
        "Did you mean `timezone`?",
    ),
    Mistake(
        "unknown key in a part",
        "{every: 60,",
        "{ # here\n  evry: 60, every: 60,",
        "`schedule.evry`",
        "Did you mean `every`?",
    ),
    Mistake(
        "unknown key of a field",
        "    presence: optional\n",
        "    presence: optional\n    presense: x # here\n",
        "`fields.address.presense` is not a known key",
        "Did you mean `presence`?",
    ),
    Mistake(
        "unknown key in a list",
        "- {text: c:Nature}",
        "- text: c:Nature\n    txt: c:Other # here",
        "`remarks.0.txt`",
        "Did you mean `text`?",
    ),
    Mistake(
        "key far from any",
        "schedule:",
        "zzzzzz: 1 # here\nschedule:",
        "`zzzzzz`",
        "Known here: about, agreement,",
    ),
    Mistake(
        "missing key",
        "  state: WI\n",
        "",
        "`about.state` is missing",
        "two capital letters",
    ),
    Mistake("missing top key", "timezone: America/Chicago\n", "", "`timezone` is missing", "IANA"),
    Mistake(
        "missing agreement date",
        "  expires: 2029-01-09\n",
        "",
        "`agreement.expires` is missing",
        "Last day",
    ),
    Mistake(
        "duplicate key",
        "timezone: America/Chicago",
        "timezone: America/Chicago\ntimezone: America/Denver # here",
        "'timezone' stands here a second time",
        "the first is on line 8",
    ),
    Mistake(
        "duplicate call type key",
        "  NO: NOISE",
        "  NO: NOISE\n  NO: FSTRU # here",
        "second time",
        "Keep one",
    ),
    Mistake(
        "same call type twice in other case",
        "call_types:\n",
        "call_types: # here\n  structure  fire: FOTHER\n",
        "listed twice",
        "Keep one",
    ),
    Mistake(
        "unknown timezone",
        "America/Chicago",
        "America/Chigaco # here",
        "'America/Chigaco' is unknown",
        "Did you mean `America/Chicago`?",
    ),
    Mistake(
        "timezone that is a folder",
        "America/Chicago",
        "America # here",
        "'America'",
        "Did you mean",
    ),
    Mistake("unknown dialect", "dialect: export", "dialect: exprot # here", "'exprot'", "`export`"),
    Mistake(
        "id of another folder",
        "id: juniper-falls-pd",
        "id: juniper-falls-fd # here",
        "is not the folder's name",
        "Rename",
    ),
    Mistake("id with capitals", "id: juniper", "id: Juniper", "`id`", "lower-case letters"),
    Mistake(
        "field that does not exist",
        "  restricted: {",
        "  cfs_numbr: {path: a, presence: optional} # here\n  restricted: {",
        "'cfs_numbr'",
        "Did you mean `cfs_number`?",
    ),
    Mistake(
        "presence that does not exist",
        "    presence: optional",
        "    presence: optinal # here",
        "'optinal'",
        "Did you mean `optional`?",
    ),
    Mistake(
        "path and paths",
        "  address:\n",
        "  address: # here\n    path: c:Address\n",
        "either `path` or `paths`",
        "Give one",
    ),
    Mistake(
        "XPath that does not compile",
        "- {text: c:Nature}",
        '- {text: "c:Nature["} # here',
        "does not compile",
        "Mend the expression",
    ),
    Mistake(
        "XPath with an undeclared prefix",
        "c:Plate",
        "c:Case/x:Plate",
        "the prefix 'x'",
        "namespaces",
    ),
    Mistake(
        "XPath with an unknown function",
        "c:Plate",
        '"foo(c:Plate)"',
        "does not compile",
        "Mend",
    ),
    Mistake("ignored field computed", "c:Source", "string(c:Source)", "computes a value", "select"),
    Mistake(
        "group computed",
        "- {text: c:Nature}",
        "- {each: count(c:Note), text: c:Nature} # here",
        "computes a value",
        "select elements",
    ),
    Mistake(
        "form of time with a directive twice",
        "  times: [",
        '  times: ["%d/%m/%Y %d %H:%M", ',
        "form of time",
        "each once",
    ),
    Mistake(
        "form of time with a wrong directive",
        "  times: [",
        '  times: # here\n    ["%m/%d/%Y %H:%M:%Q", ',
        "form of time",
        "strptime directives",
    ),
    Mistake(
        "form of time without a year",
        "  times: [",
        '  times: ["%m/%d %H:%M", ',
        "form of time",
        "%Y",
    ),
    Mistake(
        "form of time without a day", "  times: [", '  times: ["%Y %H:%M", ', "form of time", "%d"
    ),
    Mistake(
        "form of time without the half of the day",
        "  times: [",
        '  times: ["%Y-%m-%d %I:%M", ',
        "form of time",
        "%p",
    ),
    Mistake("misspelt epoch", "epoch-seconds", "epoch-second", "'epoch-second'", "`epoch-seconds`"),
    Mistake("encoding that does not exist", "cp1252", "cp99999x", "encoding", "cp1252"),
    Mistake("encoding that hides things", "cp1252", "utf-7", "'utf-7' cannot be used", "utf-8"),
    Mistake(
        "schema that is not there",
        "  max_bytes",
        "  schema: gone.xsd # here\n  max_bytes",
        "'gone.xsd' cannot be read",
        "folder of agency.yml",
    ),
    Mistake(
        "schema outside the folder",
        "  max_bytes",
        "  schema: ../other.xsd # here\n  max_bytes",
        "leaves the folder",
        "Copy the file",
    ),
    Mistake(
        "schema by absolute path",
        "  max_bytes",
        "  schema: /etc/passwd # here\n  max_bytes",
        "leaves the folder",
        "Copy the file",
    ),
    Mistake("payload limit of nothing", "200000", "0", "`format.max_bytes` is '0'", "in bytes"),
    Mistake("payload limit in words", "200000", "5 MB", "`format.max_bytes` is '5 MB'", "in bytes"),
    Mistake(
        "pattern that escapes", '"*.xml"', '"../*.xml"', "leaves the folder", "Name files only"
    ),
    Mistake("folder that escapes", "path: payloads", "path: ../x", "leaves the folder", "Copy"),
    Mistake("transport that does not exist", "kind: folder", "kind: ftp", "'ftp'", "sftp"),
    Mistake(
        "headers of a format without fields beside",
        FOLDER,
        f"{MAILBOX}, headers: [subject]}}",
        "headers of a mail cannot be fields of xml",
        "labelled text or a table",
    ),
    Mistake(
        "headers of attachments",
        FOLDER,
        f'{MAILBOX}, attachments: "*.xml", headers: [date]}}',
        "`headers` stands beside `attachments`",
        "with texts only",
    ),
    Mistake(
        "a header twice",
        FOLDER,
        f"{MAILBOX}, headers: [date, date]}}",
        "`headers` names one twice",
        "each once",
    ),
    Mistake(
        "a header that is none of those",
        FOLDER,
        f"{MAILBOX}, headers: [from]}}",
        "'from'",
        "subject",
    ),
    Mistake("schedule in words", "every: 60", "every: hourly", "'hourly'", "Seconds between"),
    Mistake("schedule of nothing", "every: 60", "every: 0", "`schedule.every`", "Seconds between"),
    Mistake(
        "code in small letters",
        "STRUCTURE FIRE: FSTRU",
        "STRUCTURE FIRE: fstru # here",
        "`call_types.STRUCTURE FIRE` is 'fstru'",
        "APCO 2.103",
    ),
    Mistake("no parties", "Blotter Demonstration Desk]", "]", "`agreement.parties`", "Who agreed"),
    Mistake(
        "expiry before the start",
        "agreement:\n",
        "agreement: # here\n",
        "expires before it takes effect",
        "Mend",
    ),
    Mistake(
        "day that does not exist",
        "signed: 2026-01-05",
        "signed: 2026-02-30 # here",
        "not a day of the calendar",
        "2026-01-05",
    ),
    Mistake(
        "day in another order",
        "effective: 2026-01-10",
        "effective: 10.1.2026 # here",
        "not a day of the calendar",
        "2026-01-05",
    ),
    Mistake(
        "signed after it expired",
        "agreement:\n",
        "agreement: # here\n",
        "signed after it expired",
        "Mend",
    ),
    Mistake(
        "agreement over a field that does not exist",
        "address, remarks]",
        "adress, remarks]",
        "'adress' is no field",
        "`remarks` or `people`",
    ),
    Mistake(
        "agreement without the call type",
        "[call_type, opened_at,",
        "[opened_at,",
        "does not allow `call_type`",
        "Add call_type",
    ),
    Mistake(
        "category that does not exist",
        "[structure-fire, noise]",
        "[structure-fires, noise]",
        "'structure-fires'",
        "Did you mean `structure-fire`?",
    ),
    Mistake("no category", "[structure-fire, noise]", "[]", "`agreement.categories`", "all"),
    Mistake(
        "agreement's text is not there",
        "text: agreement.md",
        "text: terms.md # here",
        "'terms.md' cannot be read",
        "correct the name",
    ),
    Mistake(
        "areas are not there",
        "areas.geojson",
        "area.geojson",
        "'area.geojson' cannot be read",
        "correct the name",
    ),
    Mistake("bounds the wrong way round", "[1, 400]", "[400, 1]", "above its end", "fewest"),
    Mistake("bounds over one", "held_ratio: 0.6", "held_ratio: 60", "`bounds.held_ratio`", "share"),
    Mistake("silence without end", "silence_hours: 12", "silence_hours: inf", "silence", "Hours"),
    Mistake(
        "point without its form",
        "  restricted: {",
        "  point: {path: c:P, presence: optional} # here\n  restricted: {",
        "does not say its form",
        "lat-lon-text",
    ),
    Mistake(
        "form on another field",
        "    presence: optional\n",
        "    presence: optional\n    form: lat-lon-text # here\n",
        "has a form",
        "Only `point`",
    ),
    Mistake(
        "yes words on another field",
        "    presence: optional\n",
        "    presence: optional\n    true_values: [x] # here\n",
        "no yes/no field",
        "remove them",
    ),
    Mistake(
        "latitude alone",
        "  restricted: {",
        "  longitude: null\n  latitude: {path: c:Y, presence: optional} # here\n  restricted: {",
        "`fields.latitude` stands alone",
        "or neither",
    ),
    Mistake(
        "crossing street alone",
        "  address:\n    paths: [c:House, c:Street]\n    presence: optional\n",
        "  address: null\n  cross_street: {path: c:X, presence: optional} # here\n",
        "`fields.cross_street` stands alone",
        "map `address` too",
    ),
    Mistake(
        "call type dropped",
        "  restricted: {",
        "  call_type: null # here\n  restricted: {",
        "`fields.call_type` is not mapped",
        "presence: required",
    ),
    Mistake(
        "call type only expected",
        "  restricted: {",
        "  call_type: {path: c:T, presence: expected} # here\n  restricted: {",
        "`fields.call_type` is expected",
        "write required",
    ),
    Mistake(
        "key not required",
        "fields:\n",
        "key: [cfs_number, district]\nfields: # here\n",
        "`fields.district` is not mapped",
        "presence: required",
    ),
    Mistake(
        "key of something else",
        "fields:\n",
        "key: [cfs_numbr] # here\nfields:\n",
        "'cfs_numbr'",
        "Did you mean `cfs_number`?",
    ),
    Mistake(
        "restriction values without a mark",
        "- {text: c:Nature}",
        "- {text: c:Nature, restricted_values: [Medical]} # here",
        "without `restriction`",
        "Add `restriction",
    ),
    Mistake(
        "people without anything",
        "- {role: staff, name: [c:Dispatcher]}",
        "- {role: staff} # here",
        "nothing is said",
        "name, phone",
    ),
    Mistake(
        "role that does not exist",
        "role: staff",
        "role: staf",
        "'staf'",
        "Did you mean `staff`?",
    ),
    Mistake(
        "empty path",
        "private_values: [c:Plate]",
        'private_values: [""]',
        "`private_values.0`",
        "Paths",
    ),
    Mistake(
        "tab as indent",
        "  state: WI",
        "\tstate: WI # here",
        "the YAML cannot be read",
        "spaces",
    ),
    Mistake("alias", "timezone: America/Chicago", "timezone: *zone # here", "alias", "Mend"),
    Mistake(
        "tag that builds an object",
        "timezone: America/Chicago",
        "timezone: !!python/object/apply:os.getcwd [] # here",
        "the tag",
        "plain value",
    ),
    Mistake(
        "unknown key in the dialect",
        "key: [cfs_number]",
        "keys: [cfs_number] # here",
        "`keys` is not a known key",
        "Did you mean `key`?",
        file="dialect.yml",
    ),
    Mistake(
        "agency's key in the dialect",
        "key: [cfs_number]",
        "key: [cfs_number]\ntimezone: America/Chicago # here",
        "`timezone` is not a known key",
        "Known here",
        file="dialect.yml",
    ),
    Mistake(
        "XPath in the dialect",
        "records: //c:Call",
        "records: //c:Call[ # here",
        "does not compile",
        "Mend",
        file="dialect.yml",
    ),
    Mistake(
        "schema of the dialect is not there",
        "schema: export.xsd",
        "schema: exported.xsd # here",
        "'exported.xsd' cannot be read",
        "folder of dialect.yml",
        file="dialect.yml",
    ),
)

WITHOUT_MARK = {
    # Where the line cannot carry a mark, it is given by its beginning in the changed file.
    "missing key": "about:",
    "missing top key": "id:",
    "missing agreement date": "agreement:",
    "id with capitals": "id:",
    "XPath with an undeclared prefix": "private_values:",
    "XPath with an unknown function": "private_values:",
    "ignored field computed": "ignored_fields:",
    "form of time with a directive twice": "  times:",
    "form of time without a year": "  times:",
    "form of time without a day": "  times:",
    "form of time without the half of the day": "  times:",
    "misspelt epoch": "  times:",
    "encoding that does not exist": "  encodings:",
    "encoding that hides things": "  encodings:",
    "payload limit of nothing": "  max_bytes:",
    "payload limit in words": "  max_bytes:",
    "pattern that escapes": "transport:",
    "folder that escapes": "transport:",
    "transport that does not exist": "transport:",
    "headers of a format without fields beside": "transport:",
    "headers of attachments": "transport:",
    "a header twice": "transport:",
    "a header that is none of those": "transport:",
    "schedule in words": "schedule:",
    "schedule of nothing": "schedule:",
    "unknown key in a part": "  evry:",
    "form of time with a wrong directive": '    ["%m',
    "no parties": "  parties:",
    "agreement over a field that does not exist": "  fields: [call_type",
    "agreement without the call type": "  fields: [opened_at",
    "category that does not exist": "  categories:",
    "no category": "  categories:",
    "areas are not there": "location:",
    "bounds the wrong way round": "bounds:",
    "bounds over one": "bounds:",
    "silence without end": "bounds:",
    "role that does not exist": "  - {role: staf",
    "empty path": "private_values:",
}


def line_of(text: str, name: str) -> int:
    beginning = WITHOUT_MARK.get(name)
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith(beginning) if beginning else HERE in line:
            return number
    raise AssertionError(f"no line is marked for {name}")


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: each.name)
def test_mistake_is_named_with_file_line_and_remedy(
    mistake: Mistake, write: Write, good: str, dialect: str
) -> None:
    if mistake.name == "expiry before the start":
        good = good.replace("2029-01-09", "2026-01-09")
    if mistake.name == "signed after it expired":
        good = good.replace("signed: 2026-01-05", "signed: 2029-02-05")
    before = good if mistake.file == "agency.yml" else dialect
    assert mistake.old in before
    text = before.replace(mistake.old, mistake.new, 1)
    folder, dialects = (
        write(agency=text) if mistake.file == "agency.yml" else write(agency=good, dialect=text)
    )
    with pytest.raises(ConfigError) as caught:
        load_agency(folder, dialects=dialects)
    failure = caught.value
    place = folder if mistake.file == "agency.yml" else dialects / "export"
    assert failure.path == place / mistake.file
    assert mistake.problem in failure.problem
    assert mistake.remedy in failure.remedy
    assert failure.line == line_of(text, mistake.name)
    assert str(failure).startswith(f"{failure.path}:{failure.line}: ")
    assert "\n" not in str(failure)


def test_there_are_many_mistakes_and_each_has_its_own_name() -> None:
    assert len(MISTAKES) >= 60
    assert len({each.name for each in MISTAKES}) == len(MISTAKES)


def test_error_counts_the_other_lines_to_mend(write: Write, good: str) -> None:
    folder, dialects = write(agency=good.replace("WI", "wi").replace("every: 60", "every: x"))
    with pytest.raises(ConfigError, match=r"`about.state`.* 1 more line to mend\."):
        load_agency(folder, dialects=dialects)


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("https://schemas.example/common.xsd", "remote schema"),
        ("//schemas.example/common.xsd", "remote schema"),
        ("file:///etc/common.xsd", "remote schema"),
        ("/etc/common.xsd", "remote schema"),
        ("../../common.xsd", "leaves the folder"),
        ("common.xsd", "cannot be read"),
    ],
)
@pytest.mark.parametrize("element", ["include", "import", "redefine"])
def test_schema_that_reaches_outside_is_refused(
    write: Write, xsd: str, element: str, target: str, problem: str
) -> None:
    changed = xsd.replace("  <xs:el", f'  <xs:{element} schemaLocation="{target}"/>\n  <xs:el', 1)
    folder, dialects = write(xsd=changed)
    with pytest.raises(ConfigError, match=problem) as caught:
        load_agency(folder, dialects=dialects)
    assert caught.value.line == 5


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ("<xs:schema", "not well-formed"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a/>', "DOCTYPE"),
        ("<a/>", "no usable XSD"),
        (
            XSD_OPEN + '<xs:element name="a" type="gone"/></xs:schema>',
            "no usable XSD on its line 1",
        ),
    ],
)
def test_schema_that_does_not_compile_is_refused(write: Write, changed: str, problem: str) -> None:
    folder, dialects = write(xsd=changed)
    with pytest.raises(ConfigError, match=problem):
        load_agency(folder, dialects=dialects)


def test_schema_by_a_symbolic_link_out_of_the_folder_is_refused(write: Write, good: str) -> None:
    folder, dialects = write(agency=good.replace("  max_bytes", "  schema: link.xsd\n  max_bytes"))
    (folder / "link.xsd").symlink_to(dialects / "export" / "export.xsd")
    with pytest.raises(ConfigError, match="leaves the folder"):
        load_agency(folder, dialects=dialects)


OWN_JSON = """\
dialect: own
format:
  kind: json
  records: calls
  schema: calls.json
key: [cfs_number]
fields:
  cfs_number: {path: id, presence: required}
  call_type: {path: type, presence: required}
  opened_at: {path: "times.opened", presence: required}
"""


def own(good: str) -> str:
    """Return the good agency with a JSON format of its own."""
    start, end = good.index("dialect:"), good.index("transport:")
    text = good[:start] + OWN_JSON + good[end:]
    start, end = text.index("fields:\n  address:"), text.index("call_types:")
    return text[:start] + text[end:]


@pytest.mark.parametrize(
    ("old", "new", "schema", "problem", "remedy"),
    [
        ("times.opened", "times.[", "{}", "JMESPath 'times.[' does not", '"my-key"'),
        ("times.opened", "nope(times)", "{}", "nope", "Mend"),
        ("key: [", "ignored_fields: ['a[0]']\nkey: [", "{}", "looks at values", "units[].name"),
        ("key: [", "ignored_fields: ['a[?b]']\nkey: [", "{}", "looks at values", "units.**"),
        ("path: type", "path: type.**", "{}", "does not compile", "Mend"),
        ("path: type", 'path: "my-key-"', "{}", "does not compile", '"my-key"'),
        ("  records: calls\n", "", "{}", "`format.records` is missing", "path of the list"),
        ("  kind: json\n", "", "{}", "`format.kind` is missing", "xml, json or table"),
        ("  kind: json\n  records: calls", "  kind: table", "{}", "no schema", "presence marks"),
        ("kind: json", "kind: table", "{}", "no `records`", "every row"),
        (
            "  kind: json\n  records: calls\n  schema: calls.json\n",
            "  kind: table\nremarks: [{each: notes, text: note}]\n",
            "{}",
            "no repeated groups",
            "name columns",
        ),
        ("key: [cfs_number]\n", "", "{}", "`key` is missing", "key: [cfs_number]"),
        ("dialect: own", "dialect: own", "{", "no usable JSON Schema", "Mend"),
        ("dialect: own", "dialect: own", "[]", "no usable JSON Schema", "Mend"),
        ("dialect: own", "dialect: own", '{"type": "objekt"}', "no usable JSON Schema", "Mend"),
        (
            "dialect: own",
            "dialect: own",
            '{"items": {"$ref": "https://schemas.example/a.json"}}',
            "remote schema",
            "$defs",
        ),
        (
            "dialect: own",
            "dialect: own",
            '{"$defs": {"a": {"$ref": "other.json"}}}',
            "remote schema",
            "$defs",
        ),
    ],
)
def test_mistake_in_an_own_format_is_named(
    write: Write, good: str, old: str, new: str, schema: str, problem: str, remedy: str
) -> None:
    text = own(good)
    assert old in text
    folder, dialects = write(agency=text.replace(old, new, 1))
    (folder / "calls.json").write_text(schema)
    with pytest.raises(ConfigError) as caught:
        load_agency(folder, dialects=dialects)
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy
    assert caught.value.line is not None


def test_own_format_loads_when_nothing_is_wrong(write: Write, good: str) -> None:
    folder, dialects = write(agency=own(good))
    (folder / "calls.json").write_text('{"type": "object", "$defs": {}, "$ref": "#/$defs"}')
    assert load_agency(folder, dialects=dialects).format.records == "calls"


@pytest.mark.parametrize(
    ("body", "problem", "line"),
    [
        (b"", "not a list of", 1),
        (b"- a\n- b\n", "not a list of", 1),
        (b"just words", "not a list of", 1),
        (b"id: a\nabout: \xff\n", "not UTF-8", 2),
    ],
)
def test_file_that_is_no_agency_is_refused(
    write: Write, body: bytes, problem: str, line: int | None
) -> None:
    folder, dialects = write()
    (folder / "agency.yml").write_bytes(body)
    with pytest.raises(ConfigError, match=problem) as caught:
        load_agency(folder, dialects=dialects)
    assert caught.value.line == line


def test_folder_without_an_agency_file_is_refused(write: Write) -> None:
    folder, dialects = write()
    (folder / "agency.yml").unlink()
    with pytest.raises(ConfigError, match=r"cannot be read .*Create it"):
        load_agency(folder, dialects=dialects)
