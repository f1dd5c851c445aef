"""XML payloads: what is refused, what is read, and that every leaf is accounted for."""

from __future__ import annotations

import os

import pytest

from pipeline.feeds import read_payload
from pipeline.model import NoticeCode, PayloadRefused, PersonRole

NS = "urn:example:calls"
FIELDS = {
    "cfs_number": {"path": "c:Id", "presence": "required"},
    "call_type": {"path": "c:Types/c:Type", "presence": "required"},
    "opened_at": {"path": "c:Opened", "presence": "required"},
    "address": {"paths": ["c:Number", "c:Street"]},
}
REMARKS = (
    {
        "each": "c:Notes/c:Note",
        "text": "c:Text",
        "at": "c:At",
        "restriction": "@mark",
        "restricted_values": ["Medical"],
    },
    {"text": "c:Nature"},
)
PEOPLE = (
    {"role": "caller", "name": ["c:Caller"], "phone": ["c:Phone"]},
    {"role": "person", "each": "c:Persons/c:Person", "name": ["c:First", "c:Last"]},
)
CALL = """<Call source="radio"><Id>7</Id><Types><Type>FIRE</Type><Type>EMS</Type></Types>
<Opened>2026-06-09T10:00:00</Opened><Number>12</Number><Street>Alder Ct</Street>
<Notes><Note mark="Medical"><At>2026-06-09T10:01:00</At><Text>SMOKE SEEN</Text></Note>
<Note mark="None"><Text>CALLER LEFT</Text></Note></Notes><Nature>KITCHEN FIRE</Nature>
<Caller>Wanda Quillfeather</Caller><Phone>920-555-0143</Phone>
<Persons><Person><First>Nan</First><Last>Example</Last></Person></Persons></Call>"""
CANARY = "Wanda Quillfeather"


@pytest.fixture(scope="module")
def agency(make_agency):
    return make_agency(
        "xml",
        records="/c:Calls/c:Call",
        namespaces={"c": NS},
        fields=FIELDS,
        remarks=REMARKS,
        people=PEOPLE,
    )


def calls(*inner: str) -> bytes:
    return f'<?xml version="1.0"?><Calls xmlns="{NS}">{"".join(inner)}</Calls>'.encode()


def only(reading):
    (record,) = reading.records
    return record


def test_a_call_is_read_whole(agency, texts_of):
    record = only(read_payload(calls(CALL), agency))
    assert texts_of(record) == {
        "cfs_number": ("7",),
        "call_type": ("FIRE", "EMS"),
        "opened_at": ("2026-06-09T10:00:00",),
        "address": ("12 Alder Ct",),
    }
    remarks = [{part: text.expose() for part, text in parts} for parts in record.remarks]
    assert remarks == [
        {"text": "SMOKE SEEN", "at": "2026-06-09T10:01:00", "restricted": "yes"},
        {"text": "CALLER LEFT"},
        {"text": "KITCHEN FIRE"},
    ]
    people = [(role, {p: t.expose() for p, t in parts}) for role, parts in record.people]
    assert people == [
        (PersonRole.CALLER, {"name": CANARY, "phone": "920-555-0143"}),
        (PersonRole.PERSON, {"name": "Nan Example"}),
    ]


def test_an_unread_attribute_is_a_notice_and_its_text_a_private_value(agency):
    record = only(read_payload(calls(CALL), agency))
    assert [(n.code, n.field, n.count) for n in record.notices] == [
        (NoticeCode.UNREAD_FIELD, "@source", 1)
    ]
    assert [value.expose() for value in record.private_values] == ["radio"]


def test_unread_leaves_are_counted_by_path_and_searched_for(agency):
    extra = (
        "<Crew><Member>Ada Examplesen</Member><Member>Bo Tester</Member></Crew><Done>true</Done>"
    )
    record = only(read_payload(calls(CALL.replace("</Call>", extra + "</Call>")), agency))
    notices = {n.field: n.count for n in record.notices}
    assert notices == {"@source": 1, "Crew/Member": 2, "Done": 1}
    private = [value.expose() for value in record.private_values]
    assert private == ["radio", "Ada Examplesen", "Bo Tester"]


def test_mixed_content_is_accounted_for(agency):
    extra = "<Odd>Ada Examplesen <b/> 920-555-0144</Odd></Call>"
    record = only(read_payload(calls(CALL.replace("</Call>", extra)), agency))
    private = {value.expose() for value in record.private_values}
    assert {"Ada Examplesen", "920-555-0144"} <= private


def test_a_private_looking_element_name_is_not_shown(agency):
    extra = "<P9205550143>x</P9205550143><P><Q0143>y</Q0143></P></Call>"
    record = only(read_payload(calls(CALL.replace("</Call>", extra)), agency))
    assert {n.field for n in record.notices} == {"@source", "…", "P/…"}


def test_ignored_fields_are_dropped_from_notices_private_values_and_content(make_agency):
    agency = make_agency(
        "xml",
        records="/Calls/Call",
        fields={"cfs_number": "Id", "call_type": "Type", "opened_at": "At"},
        ignored_fields=("Plain", "@source", "Deep/**"),
    )
    template = (
        '<Calls><Call source="{0}"><Id>7</Id><Type>A</Type><At>2026-06-09</At><Plain>{0}<Kept>'
        'left</Kept></Plain><Deep why="{0}"><X><Y>{0}</Y></X>{0}</Deep></Call></Calls>'
    )
    first = only(read_payload(template.format("one").encode(), agency))
    second = only(read_payload(template.format("two").encode(), agency))
    assert [n.field for n in first.notices] == ["Plain/Kept"]
    assert [value.expose() for value in first.private_values] == ["left"]
    assert first.content == second.content


@pytest.mark.parametrize(
    "ignored", ["Place/**", "Place/Street", "Place", "*/**", "Place/*", "//Street", "Place/@no"]
)
def test_a_mapped_field_wins_over_an_ignored_one(ignored, make_agency, texts_of):
    agency = make_agency(
        "xml",
        records="/Calls/Call",
        fields={"cfs_number": "@id", "call_type": "Place/@no", "address": "Place/Street"},
        ignored_fields=(ignored,),
    )
    template = "<Calls><Call id='1'><Place no='2'><Street>{}</Street></Place></Call></Calls>"
    one, two = (
        only(read_payload(template.format(street).encode(), agency)) for street in ("Oak", "Elm")
    )
    assert texts_of(one) == {"cfs_number": ("1",), "call_type": ("2",), "address": ("Oak",)}
    assert one.content != two.content
    assert one.notices == ()


def test_content_changes_with_any_leaf_and_with_its_group(agency):
    bodies = [
        CALL,
        CALL.replace("SMOKE", "FLAMES"),
        CALL.replace("radio", "phone"),
        CALL.replace("</Last>", "</Last></Person><Person>"),
        CALL.replace("<First>Nan</First><Last>", "<First>Nan</First></Person><Person><Last>"),
    ]
    contents = [only(read_payload(calls(body), agency)).content.expose() for body in bodies]
    assert len(set(contents)) == len(bodies)


def test_content_leaves_white_space_comments_and_attribute_order_aside(make_agency):
    agency = make_agency(
        "xml",
        records="/Calls/Call",
        fields={"cfs_number": "Id", "call_type": "Type", "opened_at": "At"},
    )
    one = b'<Calls><Call a="1" b="2"><Id>7</Id><Type>A</Type></Call></Calls>'
    two = b'<Calls>\n <Call b="2" a="1"><!-- x --><Id>7</Id>\n<?y z?><Type>A</Type></Call></Calls>'
    first, second = (only(read_payload(body, agency)) for body in (one, two))
    assert first.content == second.content


def test_comments_and_instructions_do_not_split_a_text(agency, texts_of):
    body = CALL.replace("Alder Ct", "Ald<!-- x -->er<?y?> Ct")
    assert texts_of(only(read_payload(calls(body), agency)))["address"] == ("12 Alder Ct",)


def test_nil_is_null(agency, texts_of):
    nil = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"'
    body = CALL.replace("<Street>Alder Ct</Street>", f"<Street {nil}/>")
    record = only(read_payload(calls(body), agency))
    assert texts_of(record)["address"] == ("12",)
    assert "Street" not in {n.field for n in record.notices}


def test_a_nil_element_that_holds_text_is_null_and_its_text_private(agency, texts_of):
    nil = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"'
    record = only(read_payload(calls(CALL.replace("<Street>", f"<Street {nil}>")), agency))
    assert texts_of(record)["address"] == ("12",)
    assert "Alder Ct" in {value.expose() for value in record.private_values}


def test_a_computed_text_reads_no_leaf(make_agency, texts_of):
    agency = make_agency(
        "xml",
        records="/Calls/Call",
        fields={
            "cfs_number": "@id",
            "call_type": "Type/text()",
            "opened_at": "At",
            "address": "substring-before(Place, ';')",
            "units": "count(Unit)",
            "closed": "boolean(Unit)",
        },
    )
    body = (
        b"<Calls><Call id='9'><Type>A</Type><At>2026-06-09</At>"
        b"<Place>1 Alder Ct;WANDA</Place><Unit/><Unit/></Call></Calls>"
    )
    record = only(read_payload(body, agency))
    assert texts_of(record) == {
        "cfs_number": ("9",),
        "call_type": ("A",),
        "opened_at": ("2026-06-09",),
        "address": ("1 Alder Ct",),
        "units": ("2",),
        "closed": ("true",),
    }
    assert [value.expose() for value in record.private_values] == ["1 Alder Ct;WANDA"]


def test_a_container_read_as_one_text_reads_its_leaves(make_agency, texts_of):
    agency = make_agency(
        "xml",
        records="/Calls/Call",
        fields={"cfs_number": "Id", "call_type": "Type", "opened_at": "At", "address": "Place"},
    )
    body = (
        b"<Calls><Call><Id>1</Id><Type>A</Type><At>2026-06-09</At>"
        b"<Place><N>12</N> <S>Alder</S></Place></Call></Calls>"
    )
    record = only(read_payload(body, agency))
    assert texts_of(record)["address"] == ("12 Alder",)
    assert record.notices == ()


def test_the_declared_encoding_does_not_override_the_decoded_one(agency, texts_of):
    text = f'<?xml version="1.0"\n encoding="UTF-7"?>\n<Calls xmlns="{NS}">{CALL}</Calls>'
    body = text.replace("Alder", "Bjørn").encode("utf-16")
    assert texts_of(only(read_payload(body, agency)))["address"] == ("12 Bjørn Ct",)


def test_utf_7_cannot_hide_a_doctype(agency):
    body = b'<?xml version="1.0" encoding="UTF-7"?>+ADw-+ACE-DOCTYPE a+AD4-<a/>'
    with pytest.raises(PayloadRefused):
        read_payload(body, agency)


def test_a_position_is_line_and_column(agency):
    with pytest.raises(PayloadRefused) as refused:
        read_payload(b'<?xml version="1.0"\n?>\n<a>\n<b></c></a>', agency)
    assert refused.value.position.startswith("line 4 column ")


def test_depth_64_is_still_read(make_agency):
    agency = make_agency(
        "xml",
        records="/a",
        fields={"cfs_number": "@id", "call_type": "@t", "opened_at": "@at"},
    )
    reading = read_payload(b"<a>" * 64 + b"left" + b"</a>" * 64, agency)
    assert [value.expose() for value in only(reading).private_values] == ["left"]


def test_a_quiet_feed_is_a_notice_and_no_refusal(agency):
    reading = read_payload(calls(), agency)
    assert (reading.records, reading.rows) == ((), 0)
    assert [notice.code for notice in reading.notices] == [NoticeCode.NO_RECORDS]


XSD = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:c="{NS}"
 targetNamespace="{NS}" elementFormDefault="qualified">
 <xs:element name="Calls"><xs:complexType><xs:sequence>
  <xs:element name="Call" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
   <xs:element name="Id" type="xs:int"/></xs:sequence></xs:complexType></xs:element>
 </xs:sequence></xs:complexType></xs:element></xs:schema>"""


@pytest.fixture
def with_schema(make_agency, tmp_path):
    path = tmp_path / "feed.xsd"
    path.write_text(XSD)
    return make_agency("xml", records="//c:Call", namespaces={"c": NS}, fields=FIELDS, schema=path)


def test_a_payload_that_breaks_its_schema_is_refused_by_line_and_element(with_schema, told):
    body = calls("\n<Call><Id>1</Id></Call>", f"\n<Call><Id>{CANARY}</Id></Call>")
    with pytest.raises(PayloadRefused) as refused:
        read_payload(body, with_schema)
    assert refused.value.code is NoticeCode.SCHEMA_INVALID
    assert refused.value.position == "line 3 element Id"
    assert "Wanda" not in told(refused.value)


def test_a_valid_payload_without_records_is_a_quiet_feed(with_schema):
    assert read_payload(calls(), with_schema).rows == 0


def test_a_changed_schema_file_is_read_again(with_schema):
    body = calls("<Call><Id>x1</Id></Call>")
    with pytest.raises(PayloadRefused):
        read_payload(body, with_schema)
    path = with_schema.format.schema
    path.write_text(XSD.replace("xs:int", "xs:string"))
    os.utime(path, ns=(1, 1))
    assert read_payload(body, with_schema).rows == 1


@pytest.mark.shared
def test_no_file_of_the_xml_attack_corpus_gets_past_the_parser(shared, make_agency, told):
    agency = make_agency(
        "xml", records="/*", fields={"cfs_number": "@i", "call_type": "@t", "opened_at": "@a"}
    )
    folder = shared / "corpora" / "defusedxml_xmltestdata" / "xmltestdata"
    outcomes = {}
    for path in sorted(folder.iterdir()):
        try:
            read_payload(path.read_bytes(), agency)
            outcomes[path.name] = "read"
        except PayloadRefused as refused:
            told(refused)
            outcomes[path.name] = "refused"
    read = {name for name, outcome in outcomes.items() if outcome == "read"}
    harmless = {"simple.xml", "simple-ns.xml", "schema-include.xsd"}
    assert read == harmless | {"xalan_exec.xsl", "xalan_write.xsl"}  # read, never executed
    assert len(outcomes) == 13


@pytest.mark.shared
def test_no_line_of_the_entity_injection_list_is_read(shared, make_agency, told):
    agency = make_agency(
        "xml", records="/*", fields={"cfs_number": "@i", "call_type": "@t", "opened_at": "@a"}
    )
    (path,) = (shared / "corpora" / "xxe_payloadbox" / "Intruder").iterdir()
    lines = [line for line in path.read_bytes().splitlines() if line.strip()]
    assert len(lines) > 50
    attacks = [line for line in lines if b"<!" in line.upper()]
    assert attacks
    for body in (*lines, path.read_bytes()):
        try:
            reading = read_payload(body, agency)
        except PayloadRefused as refused:
            told(refused)
            continue
        assert b"<!" not in body
        assert all("root:" not in r.content.expose() for r in reading.records)
