"""Tells what a dialect maps in the words in which an own mapping is told.

In: an agency on a dialect. Out: an ``Inferred`` without doubts: nothing of it was guessed. What the
dialect does not read is unread, and said by the trial.
"""

from __future__ import annotations

from pipeline.agencies import Agency
from pipeline.onboarding.choice import Choice, Inferred, PeopleChoice, PlaceChoice, RemarkChoice

__all__ = ["of_dialect"]

_WHY = "the dialect says so"


def of_dialect(agency: Agency) -> Inferred:
    """Return the mapping that an agency on a dialect has."""
    return Inferred(
        key=agency.key,
        fields=tuple(
            Choice(
                field=spec.field,
                paths=spec.paths,
                presence=spec.presence,
                why=_WHY,
                sure=1.0,
                true_values=spec.true_values,
                form=spec.point_form,
            )
            for spec in agency.fields.values()
        ),
        remarks=tuple(
            RemarkChoice(
                text=each.text,
                each=each.each,
                at=each.at,
                restriction=each.restriction,
                why=_WHY,
                sure=1.0,
            )
            for each in agency.remarks
        ),
        people=tuple(
            PeopleChoice(role=each.role, each=each.each, parts=each.parts, why=_WHY, sure=1.0)
            for each in agency.people
        ),
        private=tuple(PlaceChoice(path=path, why=_WHY) for path in agency.private_values),
        ignored=tuple(PlaceChoice(path=path, why=_WHY) for path in agency.ignored_fields),
        undecided=(),
        times=agency.format.times,
        repair=(),
        fold=agency.format.fold,
        doubts=(),
    )
