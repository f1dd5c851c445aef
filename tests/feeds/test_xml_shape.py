"""Records read by their shape are the records that walking every element gives."""

from __future__ import annotations

import importlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.feeds import read_payload
from pipeline.feeds.draw import Draft
from pipeline.feeds.layout import layout_of
from pipeline.feeds.xml import read_xml
from pipeline.model import NoticeCode, PayloadRefused

NS = "urn:example:calls"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
SHAPE = importlib.import_module("pipeline.feeds.xml_shape")
XML = importlib.import_module("pipeline.feeds.xml")

FIELDS = {
    "cfs_number": {"path": "c:Id", "presence": "required"},
    "call_type": {"path": "c:Types/c:Type", "presence": "required"},
    "opened_at": {"path": "@at", "presence": "required"},
    "address": {"paths": ["c:Number", "c:Street"]},
    "place_name": {"path": ".//c:Place[1]"},
}
REMARKS = (
    {"each": "c:Notes/c:Note", "text": "c:Text", "at": "@at", "restriction": "@mark"},
    {"text": "c:Nature"},
)
PEOPLE = (
    {"role": "caller", "name": ["c:Caller"], "phone": ["c:Phone", "c:Cell"]},
    {"role": "person", "each": "c:Persons/c:Person", "name": ["c:First", "c:Last"]},
)


@pytest.fixture(params=["texts are cut", "patterns"], autouse=True)
def _often(request, monkeypatch):
    """Read shapes by their pattern from the second record on, or never."""
    monkeypatch.setattr(SHAPE, "_OFTEN", 1 if request.param == "patterns" else 1_000_000)
    SHAPE._shapes.cache_clear()
    yield
    SHAPE._shapes.cache_clear()


@pytest.fixture(scope="module")
def layout(make_agency):
    return layout_of(_agency(make_agency))


def _agency(make_agency, **changed):
    return make_agency(
        "xml",
        **{
            "records": "/c:Calls/c:Call",
            "namespaces": {"c": NS},
            "fields": FIELDS,
            "remarks": REMARKS,
            "people": PEOPLE,
            "ignored_fields": ("c:Clock", "c:Audit/**", "@seen"),
        }
        | changed,
    )


def _document(*calls: str) -> str:
    return f'<Calls xmlns="{NS}" xmlns:k="{NS}" {XSI}>{"".join(calls)}</Calls>'


def _both(text: str, layout, monkeypatch) -> tuple[list, list]:
    """Return the drafts by shape, and those of the walk; a refusal's code in either's place."""
    by_shape = _read(text, layout)
    with monkeypatch.context() as patched:
        patched.setattr(SHAPE, "_around", lambda *_: None)
        return by_shape, _read(text, layout)


def _read(text: str, layout) -> list:
    try:
        return [
            (each._replace(content=None), each.content()) if isinstance(each, Draft) else each
            for each in read_xml(text, layout)
        ]
    except PayloadRefused as refusal:
        return [refusal.code]


def _shaped(text: str, layout) -> list[bool]:
    """Return of each record whether it was read by its shape."""
    found = []
    real = SHAPE.shaped

    def told(*given):
        for draft in real(*given):
            found.append(draft is not None)
            yield draft

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(XML, "shaped", told)
        list(read_xml(text, layout))
    return found


CALL = (
    '<Call at="2026-06-09T10:00:00"><Id>{0}</Id><Types><Type>FIRE</Type><Type>EMS</Type></Types>'
    '<Notes><Note mark="Medical" at="10:01"><Text>SMOKE &amp; FIRE &#x41;&#0066;</Text></Note>'
    "<Note><Text>a {0}</Text></Note></Notes>\n<Caller>Wanda Quillfeather</Caller>"
    "<Phone>920-555-0143</Phone><Cell>920-555-0144</Cell><Persons><Person><First>Nan</First>"
    "<Last>Example</Last></Person></Persons><Empty></Empty><None/><Unread>Quill Ct</Unread></Call>"
)


def test_calls_of_one_shape_are_walked_once(layout, monkeypatch):
    text = _document(*(CALL.format(number) for number in range(40)))
    by_shape, walked = _both(text, layout, monkeypatch)
    assert by_shape == walked
    assert len({content for _, content in by_shape}) == 40
    draft, _ = by_shape[7]
    assert dict(draft.fields)["cfs_number"] == ("7",)
    assert ("SMOKE & FIRE AB") in dict(draft.remarks[0]).values()
    assert _shaped(text, layout) == [True] * 40


def test_a_shape_that_comes_often_is_made_a_pattern(layout, monkeypatch):
    monkeypatch.setattr(SHAPE, "_OFTEN", 5)
    cut, real = [], SHAPE._split
    monkeypatch.setattr(SHAPE, "_split", lambda *given: cut.append(1) or real(*given))
    assert _shaped(_document(*(CALL.format(number) for number in range(40))), layout) == [True] * 40
    assert len(cut) == 5


@pytest.mark.parametrize(
    "odd",
    [
        "<Id>1</Id><!-- <Id>2</Id> -->",
        "<Id><![CDATA[<Id>2</Id>]]></Id>",
        "<?note <Id>2</Id>?><Id>1</Id>",
        "<Id>1<!-- a -->2<!----><![CDATA[ & ]]>3<?x?>4</Id><!-- > -->",
        "<Id><![CDATA[]]></Id><Types><!-- x --></Types><Empty> <![CDATA[ ]]></Empty>",
        "<Id><![CDATA[&amp;<!-- a --> ]] > \r\n ?>]]>]]&gt;</Id>",
        "<!-- <![CDATA[ --><Id>1</Id><!-- ]]> --><?a <!-- ?><Street>2</Street><?b --> ?>",
        "<Types><![CDATA[beside]]><Type>a</Type></Types>",
        "<!-- a -->beside<!-- b -->",
        "<Id\r\nof='1'>1\r</Id\r><Street of=\"\r\n\">\n\r</Street>",
        "<Id>a<b>c</b>d</Id>",
        "<Id>1</Id>beside",
        "<Id>1 > 0</Id>",
        '<Id of="a>b">1</Id><Id of="c>d">2</Id>',
        "<Id of='a\"b'>1</Id>",
        "<Id of='a>b'>1</Id>",
        '<Id of="a&lt;b &amp;amp;">1</Id>',
        '<Id of="a\n\tb">1</Id>',
        "<Id>1\r\n2\r3</Id>",
        "<Id>&#13;&#38;lt;&#x26;amp;</Id>",
        "<Id>&#32;</Id>&#32;",
        '<Id xsi:nil="true">1</Id>',
        '<Id xsi:nil="false" xsi:type="text">1</Id>',
        f'<k:Id xmlns:k="{NS}">1</k:Id>',
        '<k:Id xmlns:k="urn:example:other">1</k:Id>',
        "<k:Id >1</k:Id ><Id\n/>",
        "<Call><Id>2</Id></Call>",
        "<Call/>",
        "<Notes/><Notes><Note/></Notes>",
        "<Audit><Who>Nan</Who></Audit><Clock>3</Clock>",
        "<Id>%s %(x)s ~1</Id>",
        "<_1>~2</_1>",
        '<Id a="1" b="">1</Id>',
        "<Id>1</Id>" + "<Unread>2</Unread>" * 3,
        "<Id>" + "x" * 300_000 + "</Id>",
        "<Place><Place>a</Place></Place><Place>b</Place>",
        "<Types>a</Types><Street><Name>b</Name></Street>",
        "<d>" * 70 + "</d>" * 70,
        '<Audit by="' + "x" * 300_000 + '"/>',
        "<Id>\x85</Id>\xa0<Street>\u2003</Street>\u2003",
    ],
)
def test_an_odd_record_is_read_as_it_is_walked(odd, layout, monkeypatch):
    for head in ('<Call at="1">', '<Call at="1" seen="2">', "<k:Call>"):
        tail = "</k:Call>" if head.startswith("<k:") else "</Call>"
        text = _document(CALL.format(1), *[head + odd + tail, CALL.format(2)] * 3)
        by_shape, walked = _both(text, layout, monkeypatch)
        assert by_shape == walked


@pytest.mark.parametrize(
    "path",
    [
        *("c:Unit[c:State='ON']/c:Id", "c:Unit/c:Id/text()", "string(c:Id)", "/c:Calls/c:From"),
        *("ancestor::c:Calls/c:From", "parent::*/c:From", "preceding-sibling::c:From"),
    ],
)
def test_a_path_that_hangs_on_more_than_tags_is_never_answered_by_shape(
    path, make_agency, monkeypatch
):
    layout = layout_of(_agency(make_agency, fields=FIELDS | {"units": {"path": path}}))
    unit = "<Call><Id>1</Id><Unit><State>{}</State><Id>{}</Id></Unit></Call>"
    text = _document("<From>E1</From>", *(unit.format(*u) for u in (("ON", "E1"), ("OFF", ""))))
    by_shape, walked = _both(text, layout, monkeypatch)
    assert by_shape == walked
    assert "E1" in str(walked)
    assert not any(_shaped(text, layout))


def test_a_record_inside_an_element_of_its_name_is_walked(make_agency, monkeypatch):
    layout = layout_of(_agency(make_agency, records="/c:Calls/c:Call/c:Call"))
    text = _document("<Call><Call><Id>1</Id></Call></Call>", "<Call><Call/><Id>x</Id></Call>")
    by_shape, walked = _both(text, layout, monkeypatch)
    assert by_shape == walked
    assert not any(_shaped(text, layout))


def test_a_self_closing_record_inside_an_element_of_its_name_is_walked(make_agency, monkeypatch):
    layout = layout_of(_agency(make_agency, records="/c:Calls/c:Call/c:Call"))
    text = _document('<Call><Call at="1"/><Id>x</Id></Call>')
    by_shape, walked = _both(text, layout, monkeypatch)
    assert by_shape == walked
    assert not any(_shaped(text, layout))


def test_a_text_may_hold_the_mark_that_ends_a_tag(layout):
    assert _shaped(_document("<Call><Id>1 > 0</Id></Call>"), layout) == [True]


def test_what_a_parser_leaves_out_and_line_breaks_of_two_marks_keep_a_shape(layout):
    calls = [
        CALL.format(1),
        CALL.format(2).replace("\n", "\r\n<!-- entered by <Id>9</Id> -->\r\n"),
        CALL.format("<![CDATA[3]]>"),
        CALL.format(4).replace("<Empty>", "<?page 4?><Empty>"),
    ]
    assert _shaped(_document(*calls), layout) == [True] * 4


def test_a_value_in_single_quotes_is_never_taken_for_a_part_of_the_shape(layout):
    assert _shaped(_document("<Call at='Quill Ct'><Id>1</Id></Call>"), layout) == [False]


def test_shapes_beyond_the_limit_are_walked(layout, monkeypatch):
    monkeypatch.setattr(SHAPE, "_MOST", 3)
    SHAPE._shapes.cache_clear()
    calls = [f"<Call><Id>1</Id><U{number}>two</U{number}></Call>" for number in range(6)]
    text = _document(*calls)
    assert _shaped(text, layout) == [True] * 3 + [False] * 3
    by_shape, walked = _both(text, layout, monkeypatch)
    assert by_shape == walked
    SHAPE._shapes.cache_clear()


def test_one_shape_under_other_prefixes_is_another(layout, monkeypatch):
    call = "<k:Call><k:Id>1</k:Id></k:Call>"
    for uri in (NS, "urn:example:other"):
        text = f'<c:Calls xmlns:c="{NS}" xmlns:k="{uri}"><c:Call>{call}</c:Call></c:Calls>'
        by_shape, walked = _both(text, layout, monkeypatch)
        assert by_shape == walked


def test_a_text_beyond_the_limit_is_refused(make_agency):
    text = _document("<Call><Id>1</Id></Call>", f"<Call><Id>{'x' * 300_000}</Id></Call>")
    with pytest.raises(PayloadRefused) as caught:
        read_payload(text.encode(), _agency(make_agency))
    assert caught.value.code is NoticeCode.LIMIT_EXCEEDED


_TEXTS = st.sampled_from(
    [
        *("", " ", "\n", "null", "N/A", "Nan", "E1", "a > b", "&lt;", "&#65;", "1900-01-01T00"),
        *(
            "x y",
            "<!-- <Id> -->",
            "<![CDATA[<Id>&amp;]]>",
            "<![CDATA[]]>",
            "\r\n",
            "<?x > ?>",
            "&#13;",
        ),
    ]
)
_NAMES = st.sampled_from(
    [
        "Id",
        "Type",
        "Types",
        "Notes",
        "Note",
        "Text",
        "Number",
        "Street",
        "Persons",
        "Person",
        "First",
        "Last",
        "Caller",
        "Phone",
        "Cell",
        "Place",
        "Unread",
        "k:Id",
        "Call",
        "Audit",
    ]
)
_ATTRIBUTES = st.sampled_from(
    [
        *("", "", "", ' at="10:01"', ' mark="none"', " mark='x'", ' a="x>y"', ' a="" b="&amp;"'),
        *(' xsi:nil="true"', ' seen="1"', ' at = "2"'),
    ]
)


def _element(inside):
    return st.builds(
        lambda name, attributes, body, tail: f"<{name}{attributes}>{body}</{name}>{tail}",
        _NAMES,
        _ATTRIBUTES,
        inside,
        st.sampled_from(["", "", "\n", "", "&#32;", "beside"]),
    ) | st.builds(lambda name, attributes: f"<{name}{attributes}/>", _NAMES, _ATTRIBUTES)


_INSIDE = st.recursive(
    _TEXTS, lambda inner: st.lists(_element(inner), max_size=5).map("".join), max_leaves=25
)


@settings(max_examples=300)
@given(bodies=st.lists(_INSIDE, min_size=1, max_size=4), times=st.integers(1, 2))
def test_any_record_is_read_as_it_is_walked(layout, bodies, times):
    calls = [f"<Call at='1'>{body}</Call>" for body in bodies]
    calls += [f'<Call at="1">{body}</Call>' for body in bodies] * times
    with pytest.MonkeyPatch.context() as patched:
        by_shape, walked = _both(_document(*calls), layout, patched)
        assert by_shape == walked


_HARM = st.sampled_from(
    [
        *("<!-- a > -->", "<!--", "-->", "<![CDATA[<Id>&amp;]]>", "]]>", "<?x <Id>?>", "?>"),
        *("&#32;", "&amp;", "&nbsp;", "&", "<", ">", '"', "'", "/", " ", "\r\n", "\x85", "\0"),
        *("<!DOCTYPE Calls>", '<!ENTITY a "b">', "<?xml version='1.0'?>", "\ufeff"),
        *(' xmlns="urn:example:other"', ' xmlns:k="urn:example:other"', ' xsi:nil="1"'),
        *(' a="b>c"', " a='b'", ' k:at="1"', ' at="2"', f' a="{"x" * 300_000}"', "x" * 300_000),
        *("<Call>", "</Call>", "<Call/>", "<CallX/>", "<k:Id>1</k:Id>", "<Notes>", "</Notes>"),
    ]
)


@settings(max_examples=400)
@given(
    harms=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 12), _HARM), max_size=3),
    by_marks=st.booleans(),
)
def test_a_harmed_document_is_read_as_it_is_walked(layout, harms, by_marks):
    """Text is cut out and put in anywhere, or right before and behind the marks of tags."""
    text = _document(*(CALL.format(number) for number in range(6)))
    for place, length, harm in harms:
        places = (
            [i for i, mark in enumerate(text) if mark in "<>"] if by_marks else range(len(text))
        )
        at = places[place % len(places)] if places else 0
        text = text[:at] + harm + text[at + (0 if by_marks else length) :]
    with pytest.MonkeyPatch.context() as patched:
        by_shape, walked = _both(text, layout, patched)
        assert by_shape == walked
