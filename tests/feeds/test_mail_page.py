"""HTML of mails: read as labelled text, and refused whole where it is more than that."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cad_mail import BOX

from pipeline.feeds import read_payload
from pipeline.feeds.mail_html import MAX_ATTRIBUTES, MAX_ELEMENTS, parsed_page
from pipeline.feeds.mail_page import lines_of_page, says_nothing, text_of_mail
from pipeline.model import NoticeCode, PayloadRefused

TABLE = """<!DOCTYPE html><html><head><title>Call: title</title><style>p {Call: style}</style>
<script>document.write("Call: script")</script></head><body><!-- Call: comment -->
<table><tbody><tr><td colspan=2><h2>DISPATCH</h2></td></tr>
<tr><td><b>Call</b></td><td>17</td></tr><tr><th>Type:</th><td>GAS&nbsp;LEAK &lt;inside&gt;</td></tr>
<tr><td>Opened</td><td>2026-06-09 10:00:00</td></tr>
<tr><td>Remarks</td><td>caller Wanda Quillfeather<br>will wait at 14:05 <p>by the gate</p></td></tr>
</table></body></html>"""
BROKEN = """<div dir="ltr">Call: 17<br>Type: GAS LEAK<br/>Opened: 2026-06-09 10:00:00<br>
Remarks: caller waits<div>by the gate</div><div><br></div>Call: 18<br>Type: MVA<br>
Opened: 2026-06-09 11:00:00</div>"""


PAIRS = """<html><body><h3>GAS LEAK</h3><table>
<tr><td><b>Call</b></td><td>17</td><td><b>Type</b></td><td>GAS LEAK</td></tr>
<tr><td><b>Opened</b></td><td>2026-06-09 10:00:00</td><td><b>Apt</b></td><td>&nbsp;</td></tr>
</table><p><b>Remarks</b></p><table><tr><td>10:01:02</td><td>Type: caller waits</td></tr>
<tr><td>10:04</td><td>by the gate</td></tr></table></body></html>"""
LOG = "<table><tr><td>10:01<td>smoke</table>"


@pytest.fixture(scope="module")
def agency(make_agency):
    made = make_agency(
        "labelled",
        fields={"cfs_number": "Call", "call_type": "Type", "opened_at": "Opened"},
        remarks=({"text": "Remarks"},),
    )
    return replace(made, transport=BOX)


def _read(agency, page: str) -> list[dict[str, str]]:
    return [
        {name: texts[0].expose() for name, texts in record.canonical}
        | {"remarks": " / ".join(text.expose() for parts in record.remarks for _, text in parts)}
        for record in read_payload(page.encode(), agency).records
    ]


def _refusal(call, *given) -> NoticeCode:
    with pytest.raises(PayloadRefused) as caught:
        call(*given)
    return caught.value.code


def test_rows_of_a_table_are_labels_and_values(agency):
    assert _read(agency, TABLE) == [
        {
            "cfs_number": "17",
            "call_type": "GAS LEAK <inside>",
            "opened_at": "2026-06-09 10:00:00",
            "remarks": "caller Wanda Quillfeather will wait at 14:05 by the gate",
        }
    ]


def test_rows_of_several_labels_and_the_titled_log_below_them_are_read(agency):
    assert _read(agency, PAIRS) == [
        {
            "cfs_number": "17",
            "call_type": "GAS LEAK",
            "opened_at": "2026-06-09 10:00:00",
            "remarks": "10:01:02: Type: caller waits 10:04: by the gate",
        }
    ]


def test_what_stands_below_a_titled_log_is_no_part_of_it(agency):
    foot = "<p>Elm Bluff Joint Dispatch</p><p>Do not reply</p></body>"
    page = PAIRS.replace("</body>", foot)
    assert text_of_mail(page).splitlines()[-3:] == [
        "words behind:",
        "Elm Bluff Joint Dispatch",
        "Do not reply",
    ]
    (record,) = _read(agency, page)
    assert record["remarks"] == "10:01:02: Type: caller waits 10:04: by the gate"
    several = PAIRS.replace("</body></html>", "") + PAIRS.partition("<h3>GAS LEAK</h3>")[2]
    assert len(_read(agency, several)) == 2


@pytest.mark.parametrize(
    ("cells", "lines"),
    [
        ("<th>A<td>1<th>B<td>2", ["A: 1", "B: 2"]),
        ("<td><strong>A</strong><td>1<td>B:<td>2", ["A: 1", "B: 2"]),
        ("<td><b>A</b><td><b>1</b><td><b>B</b><td>2", ["A: 1", "B: 2"]),
        ("<td><b>A</b><td>1<td><b>B</b><td><td><b>C</b><td>3", ["A: 1", "B:", "C: 3"]),
        ("<td><b>A</b><td>1<td>&nbsp;<td>", ["A: 1"]),
        # Nobody can tell: a header, emphasis, a label that is none or not all of it bold.
        ("<th>A<th>B<th>C<th>D", ["A | B | C | D"]),
        ("<td><b>A</b><td><b>B</b><td><b>C</b><td><b>D</b>", ["A | B | C | D"]),
        ("<td><b>A</b><td>1<td>B<td>2", ["A | 1 | B | 2"]),
        ("<td><b>A</b> x<td>1<td><b>B</b><td>2", ["A x | 1 | B | 2"]),
        ("<td><b>26-1</b><td>MVA<td><b>B</b><td>2", ["26-1 | MVA | B | 2"]),
        ("<td><b>A</b><td>1<td><td>2", ["A | 1 | 2"]),
        ("<td><b>A</b><td>1<td><b>B</b>", ["A | 1 | B"]),
    ],
)
def test_labels_and_values_by_turns_are_told_by_markup_alone(cells, lines):
    assert text_of_mail(f"<table><tr>{cells}</table>").split("\n") == [*lines, ""]


@pytest.mark.parametrize(
    ("page", "titled"),
    [
        (f"<p><b>Remarks</b></p>{LOG}", True),
        (f"<h4>Remarks</h4>\n{LOG}", True),
        (f"<p>Remarks</p>{LOG}", False),
        (f"<p><b>Remarks</b> of all</p>{LOG}", False),
        (f"<p><b>Remarks</b></p>and{LOG}", False),
        (f"<p><b>Remarks</b></p><p>x</p>{LOG}", False),
        ("<p><b>Remarks</b></p><table><tr><td>Call<td>smoke</table>", False),
        ("<p><b>Remarks</b></p><table></table>", False),
    ],
)
def test_a_title_is_a_label_only_in_bold_right_above_a_log(page, titled):
    lines = text_of_mail(page).split("\n")
    assert lines[0].startswith("Remarks")
    assert (lines[0] == "Remarks:") is titled


@pytest.mark.parametrize(
    ("plain", "page", "nothing"),
    [
        ("Your program does not show pages.\n", PAIRS, True),
        ("Your program does not show pages.\n", "<html><p>Call: 17</p></html>", False),
        ("Your program does not show pages.\n", "a <table>", False),
        ("Call 17 on Oak St", PAIRS, False),
        ("Type: GAS LEAK", PAIRS, False),
        ("Type - GAS LEAK", PAIRS, False),
        ("GAS LEAK; OAK ST", PAIRS, False),
        ("[]", PAIRS, False),
        ("<Calls/>", PAIRS, False),
    ],
)
def test_a_plain_part_says_nothing_without_any_sign_of_a_call(plain, page, nothing):
    assert says_nothing(plain, page) is nothing


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        (
            '<p><a href="https://maps.example/?q=44.50123,-88.01456">Map this call</a></p>',
            ["Map this call: 44.50123, -88.01456"],
        ),
        (
            '<p><a href="https://maps.example/@44.50123,-88.01456,15z"><img></a></p>',
            ["map: 44.50123, -88.01456"],
        ),
        (
            "<tr><td>Map</td><td><a href='http://m.example/s?a=1&q=44.5012%2C-88.0145'>View</a></td>",
            ["Map: 44.5012, -88.0145"],
        ),
        (
            '<tr><td>At</td><td><a href="http://m.example/?q=44.5012,-88.0145">Elm / Oak</a></td>',
            ["At: Elm / Oak"],
        ),
        (
            '<p>Remarks: SEE <a href="http://m.example/?q=44.5012,-88.0145">map</a> IN BARN</p>',
            ["Remarks: SEE map IN BARN"],
        ),
        (
            '<p><a href="http://m.example/?q=44.5012,-88.0145">Caller location</a></p>',
            ["Caller location"],
        ),
        ('<p><a href="https://maps.example/?q=12+Elm+St">Map</a></p>', ["Map"]),
        ('<p><a href="https://maps.example/?v=1.2345,2">Map</a></p>', ["Map"]),
    ],
)
def test_a_link_to_a_map_says_where_it_points(page, lines):
    table = f"<table>{page}</table>" if page.startswith("<t") else page
    shown = [each for each in lines_of_page(parsed_page(f"<div>{table}</div>")) if each]
    assert shown == lines


def test_what_is_not_shown_says_nothing():
    text = text_of_mail(TABLE)
    assert not any(word in text for word in ("title", "style", "script", "comment"))
    assert text.splitlines()[0] == "DISPATCH"


def test_broken_lines_are_lines_and_an_empty_one_ends_a_record(agency):
    first, second = _read(agency, BROKEN)
    assert (first["cfs_number"], first["remarks"]) == ("17", "caller waits by the gate")
    assert (second["cfs_number"], second["call_type"]) == ("18", "MVA")


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("<p>A: 1</p><p>A: 2</p>", ["A: 1", "A: 2"]),
        ("<p>A: 1</p><p>&nbsp;</p><p>A: 2</p>", ["A: 1", "", "A: 2"]),
        ("<p>A: 1<br><br>A: 2</p>", ["A: 1", "", "A: 2"]),
        ("<div>A: 1<hr>A: 2</div>", ["A: 1", "-----", "A: 2"]),
        ("<pre>A: 1\nB: 2</pre>", ["A: 1", "B: 2"]),
        ("<p>A:\n  1</p>", ["A: 1"]),
        ("<table><tr><td>A:<td>1<td>B:<td>2</table>", ["A: 1", "B: 2", ""]),
        ("<table><tr><td>A<td>1<td>B<td>2</table>", ["A | 1 | B | 2", ""]),
        (
            "<table><tr><td><table><tr><td>A<td>1</table><td>x</table>",
            ["A: 1", "", "words behind:", "x", ""],
        ),
        ("<table><tr><td></td><td>beside</td></tr></table>", ["beside", ""]),
        ("<p>a\vb</p>", ["a b"]),
    ],
)
def test_lines_end_where_a_page_shows_it(page, lines):
    assert text_of_mail(page).split("\n") == lines


@pytest.mark.parametrize(
    "text", ["Call: 17", "<<< DISPATCH >>>\nCall: 17", "< 5 units\nCall: 1", ""]
)
def test_a_plain_text_is_left_as_it_is(text):
    assert text_of_mail(text) == text


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<div>" * 300 + "Call: 1", NoticeCode.LIMIT_EXCEEDED),
        ("<div>" * 200_000, NoticeCode.LIMIT_EXCEEDED),
        ("<p>" + "<b>x</b>" * MAX_ELEMENTS, NoticeCode.LIMIT_EXCEEDED),
        (
            "<p " + " ".join(f"a{n}=''" for n in range(MAX_ATTRIBUTES + 1)) + ">Call: 1",
            NoticeCode.LIMIT_EXCEEDED,
        ),
        (
            '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]><p>&x;',
            NoticeCode.DOCTYPE_PRESENT,
        ),
        ("<html><script>Call: 1</script></html>", NoticeCode.EMPTY_PAYLOAD),
        ("<html></html>", NoticeCode.EMPTY_PAYLOAD),
        ("<p>\ud800</p>", NoticeCode.NOT_WELL_FORMED),
    ],
)
def test_a_hostile_page_is_refused(page, code):
    assert _refusal(text_of_mail, page) == code


UNITS = "<table><tr><td>E1<td>Sent<td>05:48</tr><tr><td>M2<td>Sent<td>05:49</table>"


@pytest.mark.parametrize(
    ("row", "lines"),
    [
        (f"<td>Units<td>{UNITS}", ["Units: E1 | Sent | 05:48 M2 | Sent | 05:49"]),
        # What has labels and values of its own, or no name before it, only lays out.
        ("<td>Call<td><table><tr><td>Type<td>GAS</table>", ["Call", "Type: GAS"]),
        (f"<td><td>{UNITS}", ["E1 | Sent | 05:48", "M2 | Sent | 05:49"]),
    ],
)
def test_a_table_of_units_is_the_value_of_its_label(row, lines):
    assert [
        each for each in text_of_mail(f"<table><tr>{row}</table>").splitlines() if each
    ] == lines


def test_attributes_without_end_are_refused_before_they_are_compared():
    many = " ".join(f"a{n}=1" for n in range(7_000))
    for page in (f"<p {many}>x", f'<p a=">" {many}>x', f"<p b='{'x' * 9}' {many} >x"):
        assert _refusal(text_of_mail, f"<html><body>{page}</body></html>") is (
            NoticeCode.LIMIT_EXCEEDED
        )
    picture = f'<img src="data:image/png;base64,{"A" * 400_000}=="> Call: 17'
    assert text_of_mail(f"<html><body>{picture}</body></html>") == "Call: 17"


def test_nothing_is_fetched_or_expanded(agency):
    page = (
        '<html><head><base href="http://127.0.0.1:9/"><meta charset="utf-7"></head><body>'
        '<img src="http://127.0.0.1:9/x.png"><iframe src="file:///etc/hostname"></iframe>'
        "<p>Call: 17 &unknown;<br>Type: +ADw-b+AD4-<br>Opened: 2026-06-09 10:00:00</p></body>"
    )
    (record,) = _read(agency, page)
    assert record["cfs_number"] == "17 &unknown;"
    assert record["call_type"] == "+ADw-b+AD4-"


def test_a_page_without_labels_is_refused_whole(agency):
    code = _refusal(_read, agency, "<p>See the portal for this call</p>")
    assert code is NoticeCode.NO_RECORDS_PATH


def test_a_page_that_comes_by_another_way_than_mail_is_a_failure(agency, make_agency):
    other = make_agency(
        "labelled", fields={"cfs_number": "Call", "call_type": "Type", "opened_at": "Opened"}
    )
    assert _refusal(read_payload, TABLE.encode(), other) is NoticeCode.HTML_INSTEAD
