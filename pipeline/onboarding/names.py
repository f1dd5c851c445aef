"""What agencies call the fields: patterns over a name in words, and what each tells.

In: a name as ``leaf.words_of`` writes it. Out: how well it fits a canonical field, 0 to 1, and the
words that said so. Patterns are the vocabulary of CAD exports; a new word is a line here. It must
never look at a value: that is ``infer``'s part.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pipeline.agencies.agency import CanonicalField
from pipeline.model import PersonRole
from pipeline.onboarding.leaf import words_of

__all__ = [
    "CROSSING",
    "FREE_TEXT",
    "PAST",
    "PRIVATE",
    "QUIET",
    "field_score",
    "is_somebodys",
    "known_name",
    "names_a_field",
    "person_part",
    "person_role",
    "street_part",
    "zone_named",
]

_F = CanonicalField

_EVENT: Final = r"(?:service call|calls? for service|activity|call|calls|incident|incdnt|inc|event|evt|cad|cfs|run|case|alarm|alm|log|dispatch|nopd|ticket|job)"

_CROSSES: Final = r"(?:cross(?:ing)?|x|int|inter) ?(?:st(?:r|reets?)?|roads?|rd)"

_WHOLE: Final[Mapping[CanonicalField, tuple[tuple[str, float], ...]]] = {
    _F.CFS_NUMBER: (
        (rf"{_EVENT} (?:service |identification )?(?:no|num|number|nbr|nmbr|#)", 1.0),
        (rf"{_EVENT} (?:service |identification )?(?:id|key|ref|reference)", 0.97),
        (rf"{_EVENT} ?(?:event |call |incident )?(?:no|num|number|nbr|id|key)", 0.9),
        (rf"(?:master|main|primary) {_EVENT}(?: (?:no|num|number|nbr|#|id))?", 0.9),
        (r"(?:callid|callnum|incidentid|incidentnumber|incnum|eventid|eventnumber|inci id|inum)", 0.95),
        (r"(?:cfs|cad|(?:\w+ )?item (?:no|num|number)|nopd item|number|apno|event|evt|incident|inc|inc #?|call #?|run #?)", 0.6),
        (r"(?:id|uid|uuid|guid|entry id)", 0.55),
        (r"(?:no|num|nbr|cn)(?: 1)?", 0.5),
        (r"(?:rec|record|row|object|global) ?(?:id|number|num)", 0.25),
    ),
    _F.CALL_TYPE: (
        (rf"(?:\w+ ){{0,2}}{_EVENT} type (?:final )?(?:desc|descr|description|text|name|label)", 1.0),
        (rf"(?:final |current ){_EVENT} type(?: desc| description)?", 1.0),
        (rf"{_EVENT} type (?:final|current|last)(?: desc| description)?", 1.0),
        (rf"{_EVENT} type(?: (?:initial|original|first))?", 0.95),
        (rf"(?:type|typ|{_EVENT}) (?:desc|descr|dsc|description|text|txt|name|label|nature|problem|category)(?: text)?", 0.85),
        (rf"(?:nature|nature of call|problem|problem type|{_EVENT} nature|calltype|type of call|determinant)", 0.95),
        (r"(?:nature|nat|problem) (?:desc|descr|description|ds|text|name)", 0.95),
        (r"(?:tycod|ty cod)", 0.95),
        (r"(?:(?:final|initial|current) )?(?:radio|signal|ten|call|offense|offence|incident|cfs) code (?:desc|descr|description|text|name)", 0.9),
        (r"category label", 0.75),
        (r"nat|typ", 0.6),
        (r"mail subject", 0.75),
        (rf"{_EVENT} type (?:common registry|internal)? ?(?:code|text)", 0.8),
        (r"(?:type|type text|typetext|initial type|call type code|signal|sig|complaint|call description|calldescription)", 0.75),
        (rf"(?:{_EVENT}|nature|type|reason|chief complaint|description|desc)", 0.6),
        (r"(?:category|title|kind|offense|offence|description|subject|classification|code|final type)", 0.5),
    ),
    _F.OPENED_AT: (
        (r"(?:(?:date )?time )?(?:call |incident |event )?(?:received|recvd|rcvd|opened|reported|reprtd|created|create|entered|entry)(?: date)?(?: time| datetime| at| dt| dttm| tm| on| ts| timestamp)*", 1.0),
        (rf"(?:creat(?:e|ed|ion)|received|entry|start|open(?:ed)?) (?:time|date|date ?time|dt)(?: stamp)? {_EVENT}", 1.0),
        (rf"{_EVENT} (?:received |create |start |entry |opened |reported )?(?:date ?time|date|time|datetime|dttm|start|timestamp)(?: stamp| local)?", 0.95),
        (r"(?:time ?create|timereceived|calltime|time ?stamp|entrytime|entrydate|createtime|createdate|calldate|opentime|datetime|date time|received|log time|reported|alarm|call arrival|call create|start time|starttime|time received|date received|received dt tm|opened)", 0.95),
        (rf"(?:(?:date )?time|date) of {_EVENT}", 0.95),
        (r"(?:(?:date )?time|date|dt|tm) (?:rec|recv|rcvd|rcv|recd|received|opened|created|entered|reported)", 0.95),
        (r"(?:rec|recv|rcvd?|recd|ent|crt)(?:dt|tm|dttm)", 0.95),
        (r"(?:rec|recv|rcvd|rcv|recd|rec d|rcv d)(?: ts| time| date| dt| tm| dttm| datetime| at| on| timestamp)*", 0.95),
        (r"(?:ad|add) (?:ts|dts|dtm)", 0.95),
        (r"(?:call |phone |ph )?pick ?up(?: time| at| dt| dttm| datetime| ts)*", 0.95),
        (r"mail date", 0.75),
        (r"(?:published|pub date|time|date|timestamp|entered|started|start|open|occurred|dispatched|dispatch (?:date )?time|dt time)", 0.7),
    ),
    _F.REVISED_AT: (
        (r"(?:(?:date )?(?:last|time) )?(?:updated?|update|modified|changed?|(?<=last )activity|edited|revised)(?: at| on| date| time| dt| tm| timestamp| stamp)*", 1.0),
        (r"(?:call )?last (?:updated?|update|modified|change|activity)(?: at| date| time| dt| tm| time ?stamp)*", 1.0),
    ),
    _F.CLOSED_AT: (
        (r"(?:(?:date )?time |date )?(?:service call |call |incident |event )?(?:closed|close|cleared|clear|clr|clrd|completed|ended|end|finished)(?: date)?(?: time| at| dt| tm| on| datetime)*", 1.0),
        (rf"(?:xdts|time ?closed|incident clear|(?:clos(?:e|ed)|clear(?:ed)?|end(?:ed)?) (?:time|date|date ?time|dt) {_EVENT})", 1.0),
    ),
    _F.CLOSED: ((r"(?:is )?(?:closed|cleared)(?: flag| ind| indicator)?", 1.0), (rf"(?:{_EVENT} |e ?)?(?:status|state|stat)(?: desc| text| name)?", 0.7)),
    _F.CANCELLED: ((r"(?:is )?cancell?ed(?: flag| ind| indicator)?", 1.0), (r"(?:final )?(?:disposition|dispo)", 0.5)),
    _F.RESTRICTED: ((r"(?:is |call )?(?:confidential|restricted|sensitive|private|secure|sensitive call)(?: flag| ind| call)?", 1.0),),
    _F.PLACE_RESTRICTED: ((r"(?:location|address|place) (?:restricted|masked|confidential|hidden)(?: flag)?", 1.0),),
    _F.PRIORITY: ((rf"(?:{_EVENT} )?(?:priority|pri|prio|priority final|final priority|urgency)(?: code| level| number| text| desc| description)*", 1.0),),
    _F.ADDRESS: (
        (r"(?:full |call |incident |event |(?:hundred |100 )?block |dispatch |location |street |common |display )*(?:address|addr|adr|add)(?: full| line| text| 1| line 1| public| x| (?:or|and) (?:nearest )?(?:intersection|cross streets?))*", 1.0),
        (r"(?:hundred |100 )?(?:block|location)(?: address)? (?:(?:or|and) )?(?:nearest )?(?:intersection|cross streets?)(?: rounded| masked| anonymized)?", 0.9),
        (rf"(?:{_EVENT} |block )?(?:address|location) (?:block level|hundred ?block|block|rounded|masked|anonymized)", 0.9),
        (rf"(?:{_EVENT} |block )?(?:location|loc|rtaddr|block|where|intersection|intersection name|respond to address|hundred ?block ?addr(?:ess)?)", 0.8),
        (r"(?:loc (?:text|txt|desc|description)|e ?location)", 0.8),
        (r"(?:location|loc|place) (?:display|full|formatted|string)", 0.8),
        (r"(?:location )?street full text", 1.0),
        (r"(?:location|street) (?:name|text|txt|description|desc)", 0.6),
        (r"street", 0.5),
    ),
    _F.CROSS_STREET: ((rf"{_CROSSES}(?: ?\d| name| full)?", 1.0),),
    _F.PLACE_NAME: ((r"(?:common |business |place |premise |location |landmark |building |facility )+(?:name|place)", 1.0), (r"(?:business|premise|landmark|common name|commonplace name|facility|place|place name)", 0.9)),
    _F.DISTRICT: (
        (r"(?:\w+ )?(?:neighbou?rhood|hood)(?: name)?", 1.0),
        (r"(?:police |patrol |fire |dispatch |analysis |response |reporting )*(?:district|beat|zone|neighbou?rhood|sector|precinct|ward|battalion|division|quadrant|grid|area|sub area|municipality|muni|mun|township|twp|jurisdiction)(?: name| text| code| number| id)*", 0.9),
        (r"(?:city|town|community|venue)(?: name)?", 0.45),
    ),
    _F.LATITUDE: ((r"(?:geo |point |incident |location )*(?:lat|latitude|y|yc|y sp|ypos|lat ?(?:dd|dms)|y coord|coord y|latitude y|geoy|mapy)(?: coordinate| value| deg| wgs 84| x| y)*", 1.0),),
    _F.LONGITUDE: ((r"(?:geo |point |incident |location )*(?:lon|lng|long|longitude|x|xc|x sp|xpos|long? ?(?:dd|dms)|x coord|coord x|longitude x|geox|mapx)(?: coordinate| value| deg| wgs 84| x| y)*", 1.0),),
    _F.POINT: ((r"(?:point|latlon|lat lon|lat lng|latlng|coordinates?|coords|geo|gps|xy|geolocation|geocode|where|pos)", 0.9), (r"(?:location|lat long)", 0.6)),
    _F.UNITS: (
        (r"(?:unit|units|apparatus|vehicle|resource|resources|assigned units?|equipment|responding units?|call sign|assigned|responding)(?: id| ids| number| num| name| code| call sign| assigned| dispatched| list| text)*", 1.0),
        (r"(?:assigned )?units (?:\w+ )?(?:id|name|number|no|code)", 0.95),
        (r"(?:all )?(?:assigned|dispatched|responding) units?", 1.0),
        (r"(?:units? ?id|unitid|unitnumber|unid|resp units?|(?:enforcement )?unit number identification id)", 1.0),
    ),
}  # fmt: skip

_PATTERNS: Final = {
    field: tuple((re.compile(pattern), score) for pattern, score in patterns)
    for field, patterns in _WHOLE.items()
}

FREE_TEXT: Final = re.compile(
    r"\b(?:remarks?|rems?|rmks?|evcom|comments?|cmn?ts?|narratives?|narr?|notes?|details?|summary|content|message|msg|text|story"
    r"|synopsis|body|instructions?|location ?comment|additional info|log|desc|description|info)\b"
)
"""Names under which dispatchers write what they like."""

PRIVATE: Final = re.compile(
    r"\b(?:plate|tag|vin|license|licence|lic|ssn|social|oln|dl|dob|birth|apt|apartment|suite|unit no"
    r"|floor|building|room|gate|code word|e ?mail|phones?|tel|telephone|cell|mobile|callback|call back"
    r"|password|mrn|patient|prior|previous|hazard|premise ?hazard|alert|warning|insurance|employer"
    r"|report number|case number|badge|shield|emp|employee|login|user|operator|uri|url|link|jcard"
    r"|media|photo|image|video|height|weight|race|sex|gender|age|hair|eyes?)\b"
)
"""Names whose values are never kept, only searched for."""

QUIET: Final = re.compile(
    r"\b(?:city|state|zip|zipcode|postal|county|country|objectid|object id|rowid|row id|sequence|seq"
    r"|version|source|agency|ori|station|shift|minutes?|seconds?|duration|delay|elapsed|hour|month"
    r"|year|weekday|day of week|disposition|dispo|disp|color|cross streets?|xstreet|map page|geoid|tract|shape|type|rank|count)\b"
)
"""Names of what says nothing about anybody and may be left out on purpose."""

_ROLES: Final = (
    (PersonRole.CALLER, r"\b(?:callers?|rp|reporting party|complainants?|compl|reporter|informants?|informers?|contact|callback|call back|from|cl name|clr (?:name|num|phone|ph))\b"),
    (PersonRole.STAFF, r"\b(?:officers?|dispatchers?|disp|personnel|call ?taker|operator|staff|crew|deputy|user|created by|entered by|by$|author|agent|employee|firefighter|medic|driver)\b"),
    (PersonRole.PERSON, r"\b(?:persons?|people|patients?|victims?|suspects?|subjects?|owners?|involved|witness|parent|guardian|resident|occupant|permit holder|business owner)\b"),
)  # fmt: skip
_PARTS: Final = (
    ("birth_date", r"\b(?:dob|birth|born|birthdate|birthday)\b"),
    ("phone", r"\b(?:phones?|ph|tel|telephone|telefono|cell|mobile|callback|call ?back|cb|number|num|contact number)\b"),
    ("address", r"\b(?:address|addr|home|street|residence|city|zip)\b"),
    ("name", r"(?:\bnames?\b|\b(?:first|last|middle|given|sur|full)(?: ?name)?\b|\bby\b|^(?:caller|officer|dispatcher|complainant|rp|call ?taker|operator|crew|reporting party|patient|victim|suspect|author|informant|contact|owner|resident|deputy|driver)s?$)"),
)  # fmt: skip


ELSEWHERE: Final = re.compile(
    r"\b(?:prior|previous|history|unit|units|personnel|vehicles?|persons?|patients?|premises?)\b"
)
"""Names of what stands in a call and is not the call's own time, place or type."""

PAST: Final = re.compile(r"\b(?:prior|previous|history)\b")
"""Names of other calls from the same address: never of this one."""

_PREMISE: Final = re.compile(r"\b(?:civic|address|addr|premises?|building) .*\bunit\b")
"""Names of an apartment, which an address calls a unit, too."""

CROSSING: Final = re.compile(
    rf"\b(?:{_CROSSES}|intersection|intersecting|intersect|cross(?: \d)?$)\b"
)
"""Names of the streets that cross, which are an address only where there is no other."""

_STREET: Final = (
    r"(?:(?:house|hse|street|building|bldg|addr(?:ess)?|st) ?(?:no|num|number|nbr|#)|house)",
    r"(?:(?:pre|prefix|pfx|street|st) ?)?(?:directional|direction|dir|predirectional|prefix|pfx|pre)",
    r"(?:street|str|st|road|rd) ?(?:name|nme|nam|nm)|street|st|road",
    r"(?:street|str|st|road|rd) ?(?:suffix|suff?|sfx|type|typ)|sfx|suffix",
    r"(?:(?:post|suffix|suff?|sfx)? ?(?:directional|direction|dir)|postdirectional|st ?post ?dir)",
)

_ZONED: Final = re.compile(r"(?: and(?= time))|(?<=.) (?:local|[ecmp][sd]?t|ak[sd]t|hst|utc|gmt)$")
"""What a long name of a time says besides: ``date and time (MST)``."""

_ZONE_NAME: Final = re.compile(r"(?<=.) ([ecmp][sd]t|ak[sd]t|hst|utc|gmt)$")


def zone_named(words: str) -> str:
    """Return the time zone that the name of a time ends with, such as ``MST``; else nothing."""
    found = _ZONE_NAME.search(words)
    return found[1].upper() if found else ""


def street_part(name: str) -> int | None:
    """Return which part of a street address a name is, in the order they are written."""
    found = (n for n, pattern in enumerate(_STREET) if re.fullmatch(pattern, name))
    return next(found, None)


_TIMES: Final = frozenset({_F.OPENED_AT, _F.REVISED_AT, _F.CLOSED_AT})


def field_score(field: CanonicalField, words: str, name: str) -> float:
    """Return how well a name fits a field: whole name best, last step of it less."""
    best = 0.0
    if field in _TIMES:
        words, name = _ZONED.sub("", words), _ZONED.sub("", name)
    if field is CanonicalField.UNITS and _PREMISE.search(words):
        return best
    if PAST.search(words) or (field is not CanonicalField.UNITS and ELSEWHERE.search(words)):
        return best
    for pattern, score in _PATTERNS[field]:
        if pattern.fullmatch(words):
            best = max(best, score)
        elif pattern.fullmatch(name):
            best = max(best, score * 0.9)
    return best


def known_name(words: str) -> bool:
    """Return whether a name as a whole is one that CAD exports use for a field or a person."""
    if street_part(words) is not None:
        return True
    patterns = (FREE_TEXT, PRIVATE, QUIET, *(re.compile(pattern) for _, pattern in _ROLES))
    return any(field_score(field, words, words) > 0 for field in CanonicalField) or any(
        pattern.fullmatch(words) is not None for pattern in patterns
    )


def names_a_field(label: str) -> bool:
    """Return whether a label is known to name a field, and may be none for a type or an opening.

    Words of a type stand behind a dash, too: "ALARM - FIRE".
    """
    words = words_of(label)
    said = max(field_score(field, words, words) for field in (_F.CALL_TYPE, _F.OPENED_AT))
    return said == 0 and known_name(words)


def person_role(words: str) -> PersonRole | None:
    """Return whose the field may be."""
    return next((role for role, pattern in _ROLES if re.search(pattern, words)), None)


def is_somebodys(words: str) -> bool:
    """Return whether the field may be of who called, or of a person with no role."""
    return person_role(words) in {PersonRole.CALLER, PersonRole.PERSON}


def person_part(name: str, words: str) -> str:
    """Return which part of a person the field may be; empty when it is none."""
    for text in (name, words):
        for part, pattern in _PARTS:
            if re.search(pattern, text):
                return part
    return ""
