"""Notices: coded remarks about a feed, safe to show to anyone who runs it.

A notice says what is odd about a payload or record: a stable code, the field's path, how often.
It never holds a value from the feed. Failures of our own are exceptions (``errors``), never
notices. The documented vocabulary is generated from this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

__all__ = ["Notice", "NoticeCode", "Severity"]


class Severity(StrEnum):
    """What a notice does to what it is about."""

    QUARANTINE_PAYLOAD = "quarantine-payload"
    QUARANTINE_RECORD = "quarantine-record"
    FETCH = "fetch"
    WARNING = "warning"
    INFO = "info"


class NoticeCode(Enum):
    """Every notice there is: code, severity, meaning, remedy. Codes are never renamed."""

    severity: Severity
    meaning: str
    remedy: str

    def __new__(cls, code: str, severity: Severity, meaning: str, remedy: str) -> NoticeCode:
        member = object.__new__(cls)
        member._value_ = code
        member.severity, member.meaning, member.remedy = severity, meaning, remedy
        return member

    # The whole payload cannot be read.
    EMPTY_PAYLOAD = (
        "empty-payload",
        Severity.QUARANTINE_PAYLOAD,
        "The payload has no content.",
        "Ask the agency whether its export ran; an empty body is never a quiet day.",
    )
    OVERSIZED_PAYLOAD = (
        "oversized-payload",
        Severity.QUARANTINE_PAYLOAD,
        "The payload is larger than this agency's limit.",
        "Check for a bulk file sent by mistake; raise format.max_bytes if it is right.",
    )
    WRONG_ENCODING = (
        "wrong-encoding",
        Severity.QUARANTINE_PAYLOAD,
        "The bytes are not in an encoding this agency may use.",
        "Name the encoding under format.encodings if the agency really uses it.",
    )
    NOT_WELL_FORMED = (
        "not-well-formed",
        Severity.QUARANTINE_PAYLOAD,
        "The payload is not well-formed XML, JSON or CSV; it may be truncated.",
        "Fetch it again; if it stays broken, tell the agency the line and column.",
    )
    DOCTYPE_PRESENT = (
        "doctype-present",
        Severity.QUARANTINE_PAYLOAD,
        "The XML carries a DOCTYPE or entity declaration, which is never accepted.",
        "Ask the agency to export without a DOCTYPE.",
    )
    LIMIT_EXCEEDED = (
        "limit-exceeded",
        Severity.QUARANTINE_PAYLOAD,
        "Nesting, element count, attribute count or one text is beyond the limits.",
        "Look at the payload by hand: this is a fault or an attack.",
    )
    HTML_INSTEAD = (
        "html-instead",
        Severity.QUARANTINE_PAYLOAD,
        "A web page came where the feed was expected.",
        "The server shows a login or error page; check the address and credentials.",
    )
    SCHEMA_INVALID = (
        "schema-invalid",
        Severity.QUARANTINE_PAYLOAD,
        "The payload does not satisfy the schema named for this feed.",
        "Compare the element and line with the schema; update the schema if the feed moved on.",
    )
    NO_RECORDS_PATH = (
        "no-records-path",
        Severity.QUARANTINE_PAYLOAD,
        "The place where records are expected does not exist in the payload.",
        "Check format.records in agency.yml against the payload.",
    )
    DUPLICATE_NAME = (
        "duplicate-name",
        Severity.QUARANTINE_PAYLOAD,
        "A JSON object has the same name twice, or a table the same column twice.",
        "Ask the agency which of the two counts; neither is guessed.",
    )
    COLUMN_MISSING = (
        "column-missing",
        Severity.QUARANTINE_PAYLOAD,
        "A table lacks a column that the agency file requires.",
        "Compare the header line with the fields in agency.yml.",
    )
    TABLE_NOT_PLAIN = (
        "table-not-plain",
        Severity.QUARANTINE_PAYLOAD,
        "A table has cells, rows or text of which nobody can tell the column or the call.",
        "Ask for one table under one header, without spanning cells; of a mail, for an attachment.",
    )
    # The feed could not be fetched, or answers oddly; what was landed before stays as it is.
    FETCH_FAILED = (
        "fetch-failed",
        Severity.FETCH,
        "The feed's server cannot be reached, takes too long, or answers with an error of its own.",
        "It is tried again at the next look; if it lasts, ask the agency. No call is closed by it.",
    )
    FETCH_REFUSED = (
        "fetch-refused",
        Severity.FETCH,
        "The feed's server refuses us: wrong credentials, wrong address, or too many requests.",
        "Check `connection` and the address in agency.yml against what the agency gave you.",
    )
    LATER_ASKED = (
        "later-asked",
        Severity.FETCH,
        "The server asked to be left alone for a while (Retry-After), which is done.",
        "Nothing; if it asks often, look less often (schedule.every).",
    )
    ADDRESS_REFUSED = (
        "address-refused",
        Severity.FETCH,
        "The feed's host has an address that is not on the public internet; it was not contacted.",
        "If it is right, name the network in BLOTTER_FETCH_ALLOW.",
    )
    REDIRECT_REFUSED = (
        "redirect-refused",
        Severity.FETCH,
        "The server sends us elsewhere: too often, to another host with a secret, or without TLS.",
        "Put the new address into agency.yml, if the agency confirms it.",
    )
    CREDENTIAL_MISSING = (
        "credential-missing",
        Severity.FETCH,
        "The connection named in agency.yml is not there, or would travel without TLS.",
        "Make the Airflow Connection or the variable AIRFLOW_CONN_<NAME>; use https.",
    )
    TRUNCATED_ANSWER = (
        "truncated-answer",
        Severity.FETCH,
        "An answer ended before the length it had announced; nothing of it was used.",
        "It is fetched again; if it stays so, tell the agency how many bytes arrive.",
    )
    CODING_REFUSED = (
        "coding-refused",
        Severity.FETCH,
        "The body is packed in a way that was not asked for, or the packing is damaged.",
        "Only gzip is taken; check the server or a proxy in between.",
    )
    SERVICE_ERROR = (
        "service-error",
        Severity.FETCH,
        "The service answered 200 with an error inside, or without the rows that were asked for.",
        "Check data set, columns and conditions in agency.yml against the service's own page.",
    )
    SAME_AS_BEFORE = (
        "same-as-before",
        Severity.FETCH,
        "The feed answered with the same bytes as at the last look.",
        "Normal between changes; if it lasts for hours, the agency's export stands still.",
    )
    FLAPPING_ANSWER = (
        "flapping-answer",
        Severity.FETCH,
        "The feed answered with bytes it had sent before the last ones: an old file is replayed.",
        "Several servers behind one address differ, or a cache is stale; tell the agency.",
    )
    VALIDATOR_UNTRUE = (
        "validator-untrue",
        Severity.FETCH,
        "The server says that nothing changed (304, ETag) though the content did.",
        "Nothing; its word is not taken any more, the content is compared at every look.",
    )
    TOO_MANY_PAGES = (
        "too-many-pages",
        Severity.FETCH,
        "The feed has more pages than may be read at one look; the rest was left.",
        "Raise `most`, or narrow the window in agency.yml.",
    )
    UNKNOWN_SENDER = (
        "unknown-sender",
        Severity.FETCH,
        "Mail came from somebody who is not among the agency's senders, or is not verified.",
        "Look at the mailbox by hand; add the sender if the agency confirms it.",
    )
    NOTHING_ATTACHED = (
        "nothing-attached",
        Severity.FETCH,
        "A message of the agency holds no attachment that matches, and no text where text counts.",
        "Check transport.attachments against the message.",
    )
    HOST_UNKNOWN = (
        "host-unknown",
        Severity.FETCH,
        "The SFTP server shows a key that is not in the file of known hosts, or no trusted one.",
        "Ask the agency for the fingerprint on another way before you change the file.",
    )
    SIGNATURE_REFUSED = (
        "signature-refused",
        Severity.FETCH,
        "A push was not signed as this key demands, or its time is more than five minutes off.",
        "Check the agency's clock and signing secret; look who else may have the key.",
    )
    CERTIFICATE_REFUSED = (
        "certificate-refused",
        Severity.FETCH,
        "A push did not show a client certificate that agency.yml names, through a trusted proxy.",
        "Compare fingerprints; check that the proxy passes Client-Cert and is trusted.",
    )
    MEDIA_REFUSED = (
        "media-refused",
        Severity.FETCH,
        "A push was of another media type than the agency's format.",
        "Ask the agency to send the Content-Type of what it sends.",
    )
    TOO_MANY_PUSHES = (
        "too-many-pushes",
        Severity.FETCH,
        "The agency sent more payloads in a minute than agency.yml allows; it was asked to wait.",
        "Raise transport.per_minute if it is right.",
    )
    DIGEST_DIFFERS = (
        "digest-differs",
        Severity.FETCH,
        "A push arrived with other bytes than its Content-Digest says; it was not taken.",
        "The agency sends it again; if it stays so, something on the way changes bodies.",
    )
    # One record cannot be read.
    ROW_WIDTH = (
        "row-width",
        Severity.QUARANTINE_RECORD,
        "A table row has more or fewer cells than the header.",
        "Look for an unquoted comma in the agency's export.",
    )
    LINE_BROKEN = (
        "line-broken",
        Severity.QUARANTINE_RECORD,
        "A line of JSON Lines is no whole JSON object, or one that is refused, or has no record.",
        "Look at the line by its number; the file may be truncated or written by two at once.",
    )
    REQUIRED_MISSING = (
        "required-missing",
        Severity.QUARANTINE_RECORD,
        "A required field is absent or empty.",
        "Check the field's path; if the agency stopped sending it, talk to them.",
    )
    UNREADABLE_VALUE = (
        "unreadable-value",
        Severity.QUARANTINE_RECORD,
        "A required field holds a value its parser does not understand.",
        "Add the form to format.times, or correct the field's form.",
    )
    CALLS_MIXED = (
        "calls-mixed",
        Severity.QUARANTINE_RECORD,
        "Labelled text says the number or the time of a call in two ways: two calls may be mixed.",
        "Ask for an empty line before each call's first label; or map a label that is said once.",
    )
    RECORD_INVALID = (
        "record-invalid",
        Severity.QUARANTINE_RECORD,
        "One record does not satisfy the JSON Schema named for this feed.",
        "Compare the field with the schema; update the schema if the feed moved on.",
    )
    # The record goes on.
    EXPECTED_MISSING = (
        "expected-missing",
        Severity.WARNING,
        "An expected field is absent or empty.",
        "Normal now and then; a sudden rise means the feed changed.",
    )
    VALUE_IGNORED = (
        "value-ignored",
        Severity.WARNING,
        "A field that is not required holds an unreadable value, which was left out.",
        "Check the field's form in agency.yml.",
    )
    UNREAD_FIELD = (
        "unread-field",
        Severity.WARNING,
        "The feed carries a field that agency.yml neither maps nor ignores.",
        "Map it, or list it under ignored_fields; until then it is never used.",
    )
    OUTSIDE_AGREEMENT = (
        "outside-agreement",
        Severity.WARNING,
        "The feed sends a field that agency.yml maps and the agreement does not allow.",
        "It is left out at the door. Ask the agency not to send it, or amend the agreement.",
    )
    AMBIGUOUS_TIME = (
        "ambiguous-time",
        Severity.WARNING,
        "A local time falls into the hour that repeats when clocks go back.",
        "The earlier instant was used; ask the agency to send offsets.",
    )
    NONEXISTENT_TIME = (
        "nonexistent-time",
        Severity.WARNING,
        "A local time falls into the hour that is skipped when clocks go forward.",
        "It was read as if clocks had not changed; ask the agency to send offsets.",
    )
    FUTURE_TIME = (
        "future-time",
        Severity.WARNING,
        "A time lies more than ten minutes after the payload was received.",
        "Check the agency's clock and the timezone in agency.yml.",
    )
    POINT_ABSENT = (
        "point-absent",
        Severity.INFO,
        "The record has no usable coordinates.",
        "Nothing to do; the alert is placed by district or town, or not at all.",
    )
    POINT_ZERO = (
        "point-zero",
        Severity.WARNING,
        "The coordinates are 0, 0: the agency's geocoder found nothing.",
        "Normal now and then; a rise means that the agency's geocoder or map is broken.",
    )
    POINT_SWAPPED = (
        "point-swapped",
        Severity.WARNING,
        "Latitude and longitude are exchanged; the point is used only if agency.yml says how.",
        "Correct the fields in agency.yml, or allow location.repair: [swapped].",
    )
    POINT_UNSIGNED = (
        "point-unsigned",
        Severity.WARNING,
        "A coordinate lacks its sign; the point is used only if agency.yml says how.",
        "Allow location.repair: [unsigned] if the agency always writes so.",
    )
    POINT_OUTSIDE = (
        "point-outside",
        Severity.WARNING,
        "The coordinates lie near the agency's areas, but in none of them.",
        "Check the areas' edge; the call is placed by district or town.",
    )
    POINT_ELSEWHERE = (
        "point-elsewhere",
        Severity.WARNING,
        "The coordinates lie far from every area of this agency, such as in another state.",
        "Look whether the agency answers calls there; such a call is held, no place is guessed.",
    )
    POINT_DEFAULT = (
        "point-default",
        Severity.WARNING,
        "The point was seen with too many streets or blocks: a geocoder's default.",
        "Tell the agency; the point is not used, the call is placed by address, district or town.",
    )
    POINT_DISAGREES = (
        "point-disagrees",
        Severity.WARNING,
        "The point lies over a kilometre from where the agency's own files have the address.",
        "Neither is used; tell the agency, whose geocoder took another street for it.",
    )
    LOCATED_BY_ADDRESS = (
        "located-by-address",
        Severity.INFO,
        "There was no usable point; the address stands in the agency's address file.",
        "Nothing to do; it leads to an area and is kept nowhere.",
    )
    LOCATED_BY_BLOCK = (
        "located-by-block",
        Severity.INFO,
        "There was no usable point; other houses of the block, or a crossing, are in the files.",
        "Nothing to do; it is used if the whole block lies in one area.",
    )
    LOCATED_BY_STREET = (
        "located-by-street",
        Severity.INFO,
        "There was no usable point; of the address only the street is in the agency's files.",
        "It is used if the whole street lies in one area; a newer address file may help.",
    )
    ADDRESS_NOT_LOCATED = (
        "address-not-located",
        Severity.INFO,
        "There was no usable point, and the agency's files do not have the address, or twice.",
        "Many of them mean that the files are old, or spell streets in another way.",
    )
    PAGE_LINES = (
        "page-lines",
        Severity.INFO,
        "Lines of printed pages stand between a table's rows: headers again, titles, feet, totals.",
        "Nothing to do; they are no calls. What they say is unread, as `words around`.",
    )
    NO_RECORDS = (
        "no-records",
        Severity.WARNING,
        "The payload is readable and holds no record.",
        "Normal for a quiet feed; nobody is told yet when it stays quiet.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One coded remark: about a payload (``field`` may be empty) or about one field of records.

    ``field`` is a path or a position, never a value.
    """

    code: NoticeCode
    field: str = ""
    count: int = 1
