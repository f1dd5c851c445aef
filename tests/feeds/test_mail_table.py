"""Tables of mails with a header row: one record per row, or the mail is quarantined whole."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from cad_mail import BOX

from pipeline.agencies.agency import RemarkSpec
from pipeline.feeds import RefusedRecord, read_payload
from pipeline.feeds.mail_table import tables_of_page
from pipeline.model import NoticeCode, PayloadRefused

HEAD = "<tr><th>Call</th><th>Type</th><th>Opened</th><th>Remarks</th></tr>"
FIRST = "<tr><td>17</td><td>GAS LEAK</td><td>2026-06-09 10:00:00</td><td>by the gate</td></tr>"
SECOND = "<tr><td>18</td><td>MVA</td><td>2026-06-09 11:00:00</td><td>two cars</td></tr>"


@pytest.fixture(scope="module")
def agency(make_agency):
    made = make_agency(
        "table",
        fields={"cfs_number": "Call", "call_type": "Type", "opened_at": "Opened"},
        remarks=({"text": "Remarks"},),
    )
    return replace(made, transport=BOX)


def _page(*rows: str, more: str = "") -> str:
    return f"<html><body><p>Calls of today</p><table border=1>{''.join(rows)}</table>{more}</body>"


def _read(agency, page: str) -> list[str]:
    return [
        each.code.value
        if isinstance(each, RefusedRecord)
        else "|".join(
            [texts[0].expose() for _, texts in each.canonical]
            + [text.expose() for parts in each.remarks for _, text in parts]
        )
        for each in read_payload(page.encode(), agency).records
    ]


def _refusal(agency, page: str) -> tuple[NoticeCode, str]:
    with pytest.raises(PayloadRefused) as caught:
        read_payload(page.encode(), agency)
    return caught.value.code, caught.value.position


ONE = "17|GAS LEAK|2026-06-09 10:00:00|by the gate"
TWO = "18|MVA|2026-06-09 11:00:00|two cars"


@pytest.mark.parametrize(
    "page",
    [
        _page(HEAD, FIRST, SECOND),
        _page(HEAD.replace("th>", "td>"), FIRST, SECOND),
        _page(f"<thead>{HEAD}</thead><tbody>{FIRST}{SECOND}</tbody>"),
        _page(
            HEAD, FIRST.replace("<td>17", "<td><a href='http://x.example'><b>17</b></a>"), SECOND
        ),
        _page("<tr><td colspan=4><h2>ACTIVE CALLS</h2></td></tr>", HEAD, FIRST, SECOND),
        _page("<caption>Active</caption><colgroup><col></colgroup>", HEAD, FIRST, SECOND),
        _page(HEAD, FIRST, "<tr><td colspan=4>&nbsp;</td></tr>", HEAD, SECOND),
        _page(HEAD, FIRST, SECOND, "<tfoot><tr><td colspan=4>2 calls</td></tr></tfoot>"),
        _page(HEAD, FIRST, more=f"<p>North</p><table>{HEAD}{SECOND}</table>"),
        _page(HEAD, FIRST, SECOND, more="<table><tr><td>Type<td>Code</tr></table>"),
        f"<table><tr><td>{_page(HEAD, FIRST, SECOND)}</td></tr></table>",
        _page("<tr><th>Call<th>Type<th>Opened<th>Remarks", FIRST, SECOND),
    ],
    ids=[
        *("th", "td", "sections", "markup in a cell", "title above", "caption", "blank and header"),
        *("foot", "two tables", "a legend", "laid out by a table", "nothing closed"),
    ],
)
def test_a_row_below_the_header_is_a_record(agency, page):
    assert _read(agency, page) == [ONE, TWO]


def test_quotes_delimiters_and_breaks_in_a_cell_are_its_text(agency):
    row = FIRST.replace("by the gate", 'says "a, b"<br>then; c | d &lt;td&gt;')

    assert _read(agency, _page(HEAD, row)) == [
        '17|GAS LEAK|2026-06-09 10:00:00|says "a, b" then; c | d <td>'
    ]


def test_columns_nobody_maps_are_unread(agency):
    row = FIRST.replace("</tr>", "<td>Wanda Quillfeather</td></tr>")
    page = _page(HEAD.replace("</tr>", "<th>Caller</th></tr>"), row)

    (record,) = read_payload(page.encode(), agency).records

    assert "Wanda Quillfeather" in [value.expose() for value in record.private_values]
    assert [(notice.code, notice.field) for notice in record.notices] == [
        (NoticeCode.UNREAD_FIELD, "Caller"),
        (NoticeCode.UNREAD_FIELD, "words around"),
    ]


def test_a_row_with_a_cell_too_few_or_too_many_is_quarantined_alone(agency):
    short = "<tr><td>19</td><td>MVA</td><td>2026-06-09 11:00:00</td></tr>"
    long = FIRST.replace("</tr>", "<td>x</td></tr>")

    assert _read(agency, _page(HEAD, FIRST, short, long, SECOND)) == [
        ONE,
        "row-width",
        "row-width",
        TWO,
    ]


SPANNED = (NoticeCode.TABLE_NOT_PLAIN, "table 1")


@pytest.mark.parametrize(
    ("page", "refusal"),
    [
        (_page(HEAD, FIRST.replace("<td>17", "<td rowspan=2>17"), SECOND), SPANNED),
        (_page(HEAD, FIRST.replace("<td>17", "<td rowspan=0>17"), SECOND), SPANNED),
        (_page(HEAD, SECOND.replace("<td>MVA", "<td colspan='2'>MVA")), SPANNED),
        (_page(HEAD.replace("<th>Type", "<th colspan=2>Type"), FIRST), SPANNED),
        (_page(HEAD, FIRST, "<tr><td colspan=4>Juvenile involved</td></tr>"), SPANNED),
        (_page(HEAD, FIRST, "<tr><td>Juvenile involved</td></tr>"), SPANNED),
        (_page(HEAD, FIRST.replace("by the gate", "<table><tr><td>x</table>")), SPANNED),
        (_page(HEAD, FIRST, "<tr><table><tr><td>x</table></tr>"), SPANNED),
        (_page(HEAD, FIRST, "loose text", SECOND), SPANNED),
        (_page(HEAD, f"<tr>loose{FIRST[4:]}"), SPANNED),
        (_page(HEAD, FIRST, "<form><tr><td>x</td></tr></form>"), SPANNED),
        (
            _page(HEAD, FIRST, more=f"<table>{HEAD.replace('Remarks', 'Notes')}{SECOND}</table>"),
            (NoticeCode.TABLE_NOT_PLAIN, "table 2"),
        ),
        (_page(HEAD.replace("Opened", "Began"), FIRST), (NoticeCode.COLUMN_MISSING, "table 1")),
        (
            _page(HEAD, FIRST, more=f"<table>{HEAD.replace('Type', 'Kind')}{SECOND}</table>"),
            (NoticeCode.COLUMN_MISSING, "table 2"),
        ),
        (_page("<tr><td>Call<td>17</tr>"), (NoticeCode.COLUMN_MISSING, "")),
        ("<p>Call: 17</p>", (NoticeCode.NO_RECORDS_PATH, "")),
        (
            _page(HEAD.replace("</tr>", "<th>Type</th></tr>"), FIRST),
            (NoticeCode.DUPLICATE_NAME, "column 5"),
        ),
        (
            f"<html><template><table>{HEAD}{FIRST}</table></template><p>x",
            (NoticeCode.NO_RECORDS_PATH, ""),
        ),
    ],
)
def test_a_table_that_is_not_plain_is_refused_whole(agency, page, refusal):
    assert _refusal(agency, page) == refusal


def test_a_hostile_page_is_refused_within_limits(agency):
    deep = "<table><tr><td>" * 200
    wide = f"<table>{HEAD}<tr>" + "<td>1" * 49_000
    nested = "<table><tr><td>" * 80 + "<b>x</b>" * 40_000
    entity = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]>{_page(HEAD, FIRST)}'
    begun = time.process_time()
    assert _refusal(agency, deep)[0] is NoticeCode.LIMIT_EXCEEDED
    assert _refusal(agency, nested)[0] is NoticeCode.COLUMN_MISSING
    assert _refusal(agency, entity)[0] is NoticeCode.DOCTYPE_PRESENT
    assert _read(agency, wide) == ["row-width"]
    assert time.process_time() - begun < 2


def test_a_million_cells_are_not_even_parsed():
    page = "<table>" + "<tr><td>1<td>2" * 500_000
    begun = time.process_time()

    with pytest.raises(PayloadRefused) as caught:
        tables_of_page(page)

    assert caught.value.code is NoticeCode.LIMIT_EXCEEDED
    assert time.process_time() - begun < 0.05


def test_a_plain_text_is_read_as_the_table_it_is(agency):
    text = "Call,Type,Opened,Remarks\n17,GAS LEAK,2026-06-09 10:00:00,by the gate\n"

    assert _read(agency, text) == [ONE]


def test_a_page_that_comes_by_another_way_than_mail_is_a_failure(agency, make_agency):
    other = make_agency(
        "table", fields={"cfs_number": "Call", "call_type": "Type", "opened_at": "Opened"}
    )
    with pytest.raises(PayloadRefused) as caught:
        read_payload(_page(HEAD, FIRST).encode(), other)
    assert caught.value.code is NoticeCode.HTML_INSTEAD


def test_plain_tables_alone_are_offered_to_a_person():
    spanned = _page(HEAD, FIRST.replace("<td>17", "<td rowspan=2>17"))

    assert tables_of_page(spanned) == ()
    (table,) = tables_of_page(_page(HEAD, FIRST, more=f"<table>{HEAD}</table>"))
    assert (table.header[0], len(table.rows), table.marked) == ("Call", 1, True)
    (table,) = tables_of_page(_page(HEAD.replace("th>", "td>"), FIRST))
    assert not table.marked


AROUND = (
    "<div>Sent by Wanda Quillfeather</div>",
    "<table><tr><td>Legend</td><td>MVA</td></tr></table>",
)
FOOT = "<tfoot><tr><td colspan=4>The gate code is 4471</td></tr></tfoot>"


def _around(agency, page: str) -> list[list[str]]:
    """Return what is searched for in each record's remarks."""
    records = read_payload(page.encode(), agency).records
    return [[value.expose() for value in record.private_values] for record in records]


def test_words_around_the_table_are_unread_in_every_record_and_told_so(agency):
    page = _page(HEAD, FIRST, SECOND, FOOT, more="".join(AROUND))

    words = ["Calls of today", "The gate code is 4471", "Sent by Wanda Quillfeather", "Legend: MVA"]
    assert _around(agency, page) == [words, words]
    (notice,) = read_payload(page.encode(), agency).records[0].notices
    assert (notice.code, notice.field, notice.count) == (NoticeCode.UNREAD_FIELD, "words around", 4)


def test_words_around_the_table_make_no_revision_unless_they_are_mapped(agency):
    page = _page(HEAD, FIRST)
    later = page.replace("Calls of today", "Calls of today, 10:05")
    remarks = (*agency.remarks, RemarkSpec(text="words around"))
    mapped = replace(agency, remarks=remarks)

    def content(which, body: str) -> str:
        (record,) = read_payload(body.encode(), which).records
        return record.content.expose()

    assert content(agency, page) == content(agency, later)
    assert content(mapped, page) != content(mapped, later)
    (record,) = read_payload(later.encode(), mapped).records
    told = [text.expose() for parts in record.remarks for _, text in parts]
    assert told == ["by the gate", "Calls of today, 10:05"]


def test_words_around_the_table_may_be_ignored_on_purpose(agency):
    ignoring = replace(agency, ignored_fields=("words around",))

    (record,) = read_payload(_page(HEAD, FIRST).encode(), ignoring).records

    assert (record.private_values, record.notices) == ((), ())


@pytest.mark.parametrize(
    "words", ["".join(f"<p>line {n}</p>" for n in range(101)), f"<p>{'word ' * 4_001}</p>"]
)
def test_more_words_around_a_table_than_can_be_looked_for_quarantine_the_mail(agency, words):
    page = _page(HEAD, FIRST, more=words)

    assert _refusal(agency, page) == (NoticeCode.LIMIT_EXCEEDED, "words around")


def test_labels_and_values_by_turns_are_no_header():
    row = "<tr><td>{0}Type{1}</td><td>MVA</td><td>{0}Town{1}</td><td>Elm Bluff</td></tr>"
    assert tables_of_page(_page(row.format("<b>", "</b>"), FIRST * 3)) == ()
    (table,) = tables_of_page(_page(row.format("", ""), FIRST * 3))
    assert table.header == ("Type", "MVA", "Town", "Elm Bluff")
