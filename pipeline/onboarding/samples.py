"""Joins samples of one form, and gives them what their bodies alone do not say.

In: samples. Out: samples: with the headers of their mails, the names that somebody gave to columns,
or the labels that all of their lines share. It must never read a body anew but for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.agencies.agency import FLAT
from pipeline.feeds.json_record import MAX_PLACES
from pipeline.feeds.mail_head import HEADS, Heads, written
from pipeline.feeds.mail_subject import SUBJECT_NUMBER, SUBJECT_TYPE, parted_subject
from pipeline.model import NoticeCode, PayloadRefused, Refused
from pipeline.onboarding.leaf import Leaf, columns_of, words_of
from pipeline.onboarding.mailed import Mailed
from pipeline.onboarding.one_line import line_form, line_leaves
from pipeline.onboarding.sample import ENCODINGS, Sample, decoded, in_lines

__all__ = ["as_lines", "merged", "with_columns", "with_headers"]


def as_lines(samples: Sequence[Sample]) -> list[Sample]:
    """Return samples whose calls stand on one line each, by the labels that all of them have.

    Others are returned as they are.
    """
    if not any(sample.separator for sample in samples):
        return list(samples)
    if any(sample.mailed is Mailed.PAGE or sample.kind not in FLAT for sample in samples):
        return list(samples)
    texts = [decoded(sample.body, page=False)[0] for sample in samples]
    form = line_form(texts)
    if form is None:
        return list(samples)
    both = zip(samples, line_leaves(texts, form), strict=True)
    return [in_lines(sample, form, leaves) for sample, leaves in both]


def with_headers(sample: Sample, headers: Sequence[str], *, apart: bool = False) -> Sample:
    """Return a sample of a mail's text as it is landed with headers, which are columns then.

    With ``apart`` the subject is two columns, its type and its number.
    """
    names = [header for header in headers if HEADS[header] in sample.heads]
    if not names or sample.kind not in FLAT:
        return sample
    text, _ = decoded(sample.body, page=sample.mailed is Mailed.PAGE)
    heads: Heads = {HEADS[name]: sample.heads[HEADS[name]] for name in names}
    if apart:
        heads = parted_subject(heads, (SUBJECT_TYPE,))
    told = {SUBJECT_TYPE: "call type", SUBJECT_NUMBER: "call number"}
    leaves = [
        [Leaf(path=name, text=said, name=told.get(name, "")) for name, said in heads.items()]
    ] * sample.count
    return replace(
        sample,
        body=(written(sample.heads, names) + text).encode(),
        encoding=ENCODINGS[0],
        columns=(*sample.columns, *columns_of(leaves)),
        headers=tuple(names),
    )


def merged(samples: Sequence[Sample]) -> Sample:
    """Return the columns of several samples of one form as one; the first says the form.

    Raises:
        PayloadRefused: they are not of one form, or have too many kinds of fields together.
    """
    first = samples[0]
    for other in samples[1:]:
        if (other.kind, other.records) != (first.kind, first.records):
            raise PayloadRefused(NoticeCode.NO_RECORDS_PATH, "another form than the first sample")
    names = dict.fromkeys((c.each, c.path) for sample in samples for c in sample.columns)
    if len(names) > MAX_PLACES:
        raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"places {MAX_PLACES}")
    known = [{(c.each, c.path): c for c in sample.columns} for sample in samples]
    columns = []
    for name in names:
        model = next(each[name] for each in known if name in each)
        rows = [
            row
            for sample, each in zip(samples, known, strict=True)
            for row in (each[name].rows if name in each else ((),) * sample.count)
        ]
        columns.append(replace(model, rows=tuple(rows)))
    around = dict.fromkeys(path for sample in samples for path in sample.around)
    count = sum(sample.count for sample in samples)
    return replace(first, count=count, columns=tuple(columns), around=tuple(around))


def with_columns(sample: Sample, names: Sequence[str]) -> Sample:
    """Return a table without a header with ``names`` for its columns; none leave it as it is.

    Raises:
        Refused: there are other columns than named, or a name stands twice.
    """
    if not names:
        return sample
    if len(names) != len(sample.columns_named) or len({*names, ""}) <= len(names):
        raise Refused(
            f"the sample has {len(sample.columns_named)} columns without names; name each, once"
        )
    named = dict(zip(sample.columns_named, names, strict=True))
    columns = tuple(
        replace(column, path=name, name=words_of(name), words=words_of(name))
        if (name := named.get(column.path))
        else column
        for column in sample.columns
    )
    return replace(sample, columns_named=tuple(names), columns=columns)
