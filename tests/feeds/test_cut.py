"""Bulk files are cut into parts that together hold every record once, whatever the blocks are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipeline.agencies import Agency, load_agency, schemas_folder
from pipeline.emulator.casts import load_cast
from pipeline.emulator.samples import good_payloads
from pipeline.feeds import cut as cutting
from pipeline.feeds import read_payload
from pipeline.feeds.cut import cut
from pipeline.feeds.layout import layout_of
from pipeline.model import ConfigError, NoticeCode, PayloadRefused, SourceRecord
from pipeline.usecases.settings import SAMPLES

FIRE = load_agency(SAMPLES / "cedar-hollow-fire", dialects=schemas_folder())
PATROL = load_agency(SAMPLES / "redwood-highway-patrol", dialects=schemas_folder())
TABLE = load_agency(SAMPLES / "millbrook-pd", dialects=schemas_folder())
UNITS = load_agency(SAMPLES / "san-tomas-ems", dialects=schemas_folder())


def blocks(body: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def parts(
    body: bytes, agency: Agency, monkeypatch: pytest.MonkeyPatch, *, size: int = 300, block: int
) -> list[bytes]:
    monkeypatch.setattr(cutting, "PART_BYTES", size)
    return list(cut(blocks(body, block), agency))


def contents(body: bytes, agency: Agency) -> list[str]:
    return [
        record.content.expose() if isinstance(record, SourceRecord) else record.code.value
        for record in read_payload(body, agency).records
    ]


def longest(agency: Agency) -> bytes:
    return max(good_payloads(load_cast(agency.agency_id)).values(), key=len)


@pytest.mark.parametrize("agency", [FIRE, PATROL, TABLE], ids=lambda each: each.agency_id)
@pytest.mark.parametrize("block", [17, 1000, 1 << 20])
def test_parts_hold_every_record_once_and_in_order(
    agency: Agency, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = longest(agency)
    made = parts(body, agency, monkeypatch, block=block)
    assert len(made) > 1
    assert [text for part in made for text in contents(part, agency)] == contents(body, agency)


def test_the_same_parts_whatever_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    body = longest(PATROL)
    first = parts(body, PATROL, monkeypatch, block=31)
    assert first == parts(body, PATROL, monkeypatch, block=4096)


CALLS = replace(
    FIRE,
    format=replace(FIRE.format, records="/Calls/Day/Call", namespaces={}, schema=None),
    fields={
        name: replace(spec, paths=(path,))
        for (name, spec), path in zip(
            list(FIRE.fields.items())[:3], ("@id", "Type", "Time"), strict=True
        )
    },
    remarks=(),
    people=(),
    private_values=("../@of", "../Head"),
    ignored_fields=(),
)


def call(number: int, text: str = "x" * 60) -> str:
    return f'<Call id="{number}"><Type>{text}</Type><Time>2026-03-02T06:20:00Z</Time></Call>'


def test_what_stands_around_records_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    days = "".join(
        f'<Day of="{day}"><Head>h{day}</Head>{"".join(map(call, range(20)))}</Day>' for day in "ab"
    )
    body = f'<?xml version="1.0"?>\n<Calls><Info/>{days}</Calls>\n'.encode()
    made = parts(body, CALLS, monkeypatch, size=300, block=50)
    assert len(made) > 8
    seen = [
        [value.expose() for value in record.private_values]
        for part in made
        for record in read_payload(part, CALLS).records
        if isinstance(record, SourceRecord)
    ]
    assert seen == [["a", "ha"]] * 20 + [["b", "hb"]] * 20


@pytest.mark.parametrize(
    "odd",
    [
        "<!-- </Call><Call> -->",
        "<![CDATA[</Call></Day></Calls>]]>",
        "<?note </Call> ?>",
        "<Call>inner</Call>",
        "<Call/>",
        "<x a='</Call>'/>".replace("<", "&lt;"),
        '<x a=">"/>',
        "<CallType/></CallType >".replace("<CallType/>", "<CallType>"),
    ],
)
@pytest.mark.parametrize("block", [7, 1 << 16])
def test_only_the_end_of_a_record_ends_it(
    odd: str, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    between = odd if odd[1] == "!" else ""
    body = f"<Calls><Day>{call(1, odd)}{call(2, odd)}{between}{call(3)}</Day></Calls>"
    made = parts(body.encode(), CALLS, monkeypatch, size=1, block=block)
    assert len(made) == 3
    assert [text for part in made for text in contents(part, CALLS)] == contents(
        body.encode(), CALLS
    )


@pytest.mark.parametrize("block", [7, 1 << 16])
def test_a_record_may_end_in_a_tag_with_space(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    spaced = call(2).removesuffix(">") + "\n >"
    body = f"<Calls><Day>{call(1)}{spaced}{call(3)}{spaced}</Day></Calls>".encode()
    made = parts(body, CALLS, monkeypatch, size=1, block=block)
    assert [len(contents(part, CALLS)) for part in made] == [1, 1, 1, 1]


def test_a_file_cut_short_ends_in_a_part_that_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    body = f"<Calls><Day>{''.join(map(call, range(9)))}".encode()
    *whole, last = parts(body, CALLS, monkeypatch, size=300, block=64)
    assert sum(len(read_payload(part, CALLS).records) for part in whole) == 9 - last.count(
        b"<Call "
    )
    with pytest.raises(PayloadRefused) as refused:
        read_payload(last, CALLS)
    assert refused.value.code is NoticeCode.NOT_WELL_FORMED


def test_a_doctype_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'<!DOCTYPE Calls [<!ENTITY a "b">]><Calls/>'
    with pytest.raises(PayloadRefused) as refused:
        parts(body, CALLS, monkeypatch, block=5)
    assert refused.value.code is NoticeCode.DOCTYPE_PRESENT


@pytest.mark.parametrize("start", [b"<Calls><Day><Call>", b"<Calls>", b"<Calls><Day><Call a='"])
def test_what_never_ends_is_refused_early(start: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless() -> Iterator[bytes]:
        yield start
        for _ in range(40):
            yield b"y" * 1_000_000
        raise AssertionError("read on")

    with pytest.raises(PayloadRefused) as refused:
        list(cut(endless(), CALLS))
    assert refused.value.code is NoticeCode.LIMIT_EXCEEDED


def test_a_byte_order_mark_decides_for_every_part(monkeypatch: pytest.MonkeyPatch) -> None:
    old = replace(CALLS, format=replace(CALLS.format, encodings=("cp1252",)))
    body = f"\ufeff<Calls><Day>{''.join(call(n, 'Müller') for n in range(9))}</Day></Calls>"
    made = parts(body.encode(), old, monkeypatch, size=200, block=64)
    assert len(made) > 2
    texts = [text for part in made for text in contents(part, old)]
    assert len(texts) == 9
    assert all("Müller" in text for text in texts)


def test_records_anywhere_cannot_be_cut() -> None:
    anywhere = replace(CALLS, format=replace(CALLS.format, records="//Call"))
    with pytest.raises(ConfigError, match="bulk"):
        list(cut([b"<a/>"], anywhere))


def test_rows_end_where_csv_says(monkeypatch: pytest.MonkeyPatch) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    needed = layout_of(TABLE).needed()
    header = [*needed, "c1", "c2", "c3"]
    writer.writerow(header)
    for number in range(40):
        writer.writerow([number, *needed[1:], 'two\r\nlines, "quoted"', 'a 5" pipe', ""])
    body = text.getvalue().encode()
    made = parts(body, TABLE, monkeypatch, size=200, block=23)
    assert len(made) > 5
    rows = [row for part in made for row in csv.reader(io.StringIO(part.decode(), newline=""))]
    assert [row for row in rows if row != header] == list(
        csv.reader(io.StringIO(text.getvalue(), newline=""))
    )[1:]


@pytest.mark.parametrize("block", [17, 1000])
def test_lines_above_a_header_are_said_in_every_part(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = b"Calls of the day,,\nprinted at 5 PM\n" + longest(TABLE)
    made = parts(body, TABLE, monkeypatch, block=block)
    assert len(made) > 1
    assert {part[:35] for part in made} == {body[:35]}
    assert [text for part in made for text in contents(part, TABLE)] == contents(body, TABLE)


def test_a_table_without_a_header_is_cut_where_its_agency_names_the_columns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    head, _, body = longest(TABLE).partition(b"\n")
    columns = tuple(head.decode().strip().split(","))
    named = replace(TABLE, format=replace(TABLE.format, columns=columns))
    made = parts(body, named, monkeypatch, block=100)
    assert len(made) > 1
    assert b"".join(made) == body
    assert [text for part in made for text in contents(part, named)] == contents(body, named)


def test_a_table_of_fixed_widths_is_not_cut() -> None:
    with pytest.raises(ConfigError, match="cannot be cut"):
        cut([b"x"], replace(TABLE, format=replace(TABLE.format, widths=(5, 5))))


def test_rows_of_one_call_stay_together(monkeypatch: pytest.MonkeyPatch) -> None:
    body = longest(UNITS)
    made = parts(body, UNITS, monkeypatch, size=400, block=100)
    assert len(made) > 2
    assert [text for part in made for text in contents(part, UNITS)] == contents(body, UNITS)


def test_a_table_without_a_header_is_refused() -> None:
    with pytest.raises(PayloadRefused):
        list(cut([b"\n\n"], TABLE))
