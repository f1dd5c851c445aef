"""Takes a record's canonical fields one by one, each at most once, and keeps the account.

In: a ``SourceRecord`` and its ``Agency``. Out: typed values; notices; and the texts that were
neither used nor may be kept, as private values. Presence is judged here: a required field that is
absent or unreadable refuses the record, anything else becomes a notice. Must never let a text
vanish: what is left out, doubled or unreadable is still looked for in the remarks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from pipeline.agencies.agency import (
    Agency,
    CanonicalField,
    FieldSpec,
    PointForm,
    PointRepair,
    Presence,
)
from pipeline.feeds.points import NoPoint, exchanged, parse_pair, parse_point
from pipeline.feeds.times import parse_time
from pipeline.feeds.values import searchable
from pipeline.model import (
    ConfigError,
    Notice,
    NoticeCode,
    Point,
    RecordRefused,
    Sensitive,
    SourceRecord,
)

__all__ = ["FieldReader", "meaning"]

_ALWAYS: Final = frozenset({CanonicalField.CALL_TYPE, CanonicalField.OPENED_AT})
# Kept whatever the agreement says: without them a record could not be judged, only guessed.
_SAFETY: Final = frozenset(
    {
        CanonicalField.RESTRICTED,
        CanonicalField.PLACE_RESTRICTED,
        CanonicalField.CANCELLED,
        CanonicalField.CLOSED,
    }
)
# Flags that an unknown text sets: closed by default.
_RAISED_WHEN_UNKNOWN: Final = frozenset(
    {CanonicalField.RESTRICTED, CanonicalField.PLACE_RESTRICTED}
)
_YES: Final = frozenset({"yes", "true", "1", "y", "t"})
_NO: Final = frozenset({"no", "false", "0", "n", "f", "none"})
_FUTURE: Final = timedelta(minutes=10)  # as documented at NoticeCode.FUTURE_TIME


def meaning(true_values: Sequence[str], text: str) -> bool | None:
    """Return what a word of a yes/no field means; None where nobody said.

    ``true_values`` are the agency file's words for yes: where it has some, any other means no.
    """
    word = text.casefold()
    if true_values:
        return word in {each.strip().casefold() for each in true_values}
    return True if word in _YES else False if word in _NO else None


class FieldReader:
    """The read-once view of one record's canonical fields."""

    __slots__ = ("_agency", "_notices", "_private", "_received_at", "_values")

    def __init__(self, record: SourceRecord, agency: Agency, received_at: datetime) -> None:
        self._agency, self._received_at = agency, received_at
        self._notices: dict[tuple[NoticeCode, str], int] = {}
        for notice in record.notices:
            self.notice(notice.code, notice.field, notice.count)
        self._private: dict[Sensitive, None] = dict.fromkeys(record.private_values)
        kept = _ALWAYS | _SAFETY | set(agency.key)
        self._values: dict[str, tuple[Sensitive, ...]] = {}
        for name, values in record.canonical:
            if name in agency.agreement.fields or CanonicalField(name) in kept:
                self._values[name] = values
            else:
                self.outside(name, *values)

    def key(self, opened_at: datetime) -> tuple[str, ...]:
        """Return the identifying texts, in the agency's order; read before they are taken.

        Raises:
            RecordRefused: when one of them is missing.
        """
        texts = []
        for field in self._agency.key:
            if field is CanonicalField.OPENED_AT:
                texts.append(opened_at.isoformat())
            elif values := self._values.get(field.value):
                texts.append(values[0].expose())
            else:
                raise RecordRefused(NoticeCode.REQUIRED_MISSING, field.value)
        return tuple(texts)

    def has(self, field: CanonicalField) -> bool:
        """Return whether the record says anything in the field, and nobody took it yet."""
        return bool(self._values.get(field.value))

    def all(self, field: CanonicalField) -> tuple[Sensitive, ...]:
        """Return every value of the field."""
        values = self._values.pop(field.value, ())
        if not values:
            self._missing(field)
        return values

    def one(self, field: CanonicalField) -> Sensitive | None:
        """Return the first value of the field; further ones are kept private."""
        values = self.all(field)
        self.hide(*values[1:])
        return values[0] if values else None

    def time(self, field: CanonicalField) -> datetime | None:
        """Return the field as UTC time."""
        value = self.one(field)
        if value is None:
            return None
        moment = parse_time(value.expose(), self._agency.timezone, self._agency.format.times)
        if moment is None:
            self._unreadable(field, value)
        elif moment.at is None:
            self._missing(field)
        else:
            return self._dated(moment.at, moment.odd, field.value)
        return None

    def moment(self, value: Sensitive, name: str) -> datetime | None:
        """Return a time that is no canonical field, such as a remark's; ``name`` is for notices."""
        moment = parse_time(value.expose(), self._agency.timezone, self._agency.format.times)
        if moment is None:
            self.notice(NoticeCode.VALUE_IGNORED, name)
            self.hide(value)
            return None
        return None if moment.at is None else self._dated(moment.at, moment.odd, name)

    def flag(self, field: CanonicalField) -> bool:
        """Return True when any value of the field means yes."""
        spec = self._agency.fields.get(field)
        raised = False
        for value in self.all(field):
            said = meaning(spec.true_values if spec else (), value.expose())
            if said is None:
                self._unreadable(field, value)
            raised = raised or (field in _RAISED_WHEN_UNKNOWN if said is None else said)
        return raised

    def point(self) -> Point | None:
        """Return the exact position, from two fields or from one text."""
        pair = (CanonicalField.LATITUDE, CanonicalField.LONGITUDE)
        mapped = [f for f in (*pair, CanonicalField.POINT) if self._agreed(f)]
        latitude, longitude = self.one(pair[0]), self.one(pair[1])
        texts = self.all(CanonicalField.POINT)
        found: Point | NoPoint = NoPoint.ABSENT
        if latitude and longitude:
            written = (latitude.expose(), longitude.expose())
            found = parse_pair(*written)
            self._no_point(found, CanonicalField.LATITUDE, latitude, longitude)
            if found is NoPoint.SWAPPED and self._mends_swapped():
                found = parse_pair(*written[::-1])
        if texts and not isinstance(found, Point):
            text, form = " ".join(text.expose() for text in texts), self._point_form()
            found = parse_point(text, form)
            self._no_point(found, CanonicalField.POINT, *texts)
            if found is NoPoint.SWAPPED and self._mends_swapped():
                found = parse_point(text, exchanged(form))
        if isinstance(found, Point):
            return found
        if mapped:
            self.notice(NoticeCode.POINT_ABSENT, mapped[-1].value)
        return None

    def hide(self, *values: Sensitive) -> None:
        """Keep texts only to look for them in the remarks."""
        self._private.update((value, None) for value in values if searchable(value.expose()))

    def outside(self, name: str, *values: Sensitive) -> None:
        """Hide what the agreement does not let us receive, and count that it was sent."""
        if values:
            self.notice(NoticeCode.OUTSIDE_AGREEMENT, name)
        self.hide(*values)

    def notice(self, code: NoticeCode, field: str, count: int = 1) -> None:
        """Count a notice."""
        self._notices[code, field] = self._notices.get((code, field), 0) + count

    def private_values(self) -> tuple[Sensitive, ...]:
        """Return what is only looked for, including every field nobody took."""
        for values in self._values.values():
            self.hide(*values)
        return tuple(self._private)

    def notices(self) -> tuple[Notice, ...]:
        """Return the notices counted, sorted."""
        counted = sorted(self._notices.items(), key=lambda item: (item[0][0].value, item[0][1]))
        return tuple(Notice(code=c, field=field, count=n) for (c, field), n in counted)

    def _dated(self, at: datetime, odd: NoticeCode | None, name: str) -> datetime:
        if odd is not None:
            self.notice(odd, name)
        if at > self._received_at + _FUTURE:
            self.notice(NoticeCode.FUTURE_TIME, name)
        return at

    def _no_point(self, found: Point | NoPoint, field: CanonicalField, *values: Sensitive) -> None:
        if found is NoPoint.UNREADABLE:
            self._unreadable(field, *values)
        elif found is NoPoint.SWAPPED:
            self.notice(NoticeCode.POINT_SWAPPED, field.value)
            self.hide(*values)
        elif found is NoPoint.ZERO:
            self.notice(NoticeCode.POINT_ZERO, field.value)
            self._missing(field)

    def _mends_swapped(self) -> bool:
        return PointRepair.SWAPPED in self._agency.location.repair

    def _spec(self, field: CanonicalField) -> FieldSpec:
        return self._agency.fields[field]

    def _point_form(self) -> PointForm:
        form = self._spec(CanonicalField.POINT).point_form
        if form is None:  # the loader lets no agency pass without; a guess could swap the axes
            raise ConfigError("`fields.point` does not say its form", remedy="Add `form`.")
        return form

    def _agreed(self, field: CanonicalField) -> bool:
        """True when the field is mapped and this agreement lets us receive it."""
        allowed = field.value in self._agency.agreement.fields
        return field in self._agency.fields and (
            allowed or field in _ALWAYS | _SAFETY or field in self._agency.key
        )

    def _presence(self, field: CanonicalField) -> Presence:
        if field in _ALWAYS:
            return Presence.REQUIRED
        return self._spec(field).presence if self._agreed(field) else Presence.OPTIONAL

    def _missing(self, field: CanonicalField) -> None:
        presence = self._presence(field)
        if presence is Presence.REQUIRED:
            raise RecordRefused(NoticeCode.REQUIRED_MISSING, field.value)
        if presence is Presence.EXPECTED:
            self.notice(NoticeCode.EXPECTED_MISSING, field.value)

    def _unreadable(self, field: CanonicalField, *values: Sensitive) -> None:
        if self._presence(field) is Presence.REQUIRED:
            raise RecordRefused(NoticeCode.UNREADABLE_VALUE, field.value)
        self.notice(NoticeCode.VALUE_IGNORED, field.value)
        self.hide(*values)
