"""Turns an incident into its redacted form, or holds it: there is no third way.

In: the incident, the detectors' findings per remark, what earlier revisions remembered. Out: texts
made of vocabulary words, small counts, plain punctuation and placeholders, with every removal
committed to; or ``Held``. Known values and default-deny are added here, so a detector that finds
nothing lets nothing through. It must never keep a character it cannot account for. The independent
second look is ``leakremark``; categories and places are other rooms'.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.model import (
    AppliedFinding,
    Commitment,
    Finding,
    Held,
    HoldReason,
    Incident,
    Memory,
    Operator,
    Policy,
    RedactedIncident,
    RedactedRemark,
    Seal,
    Sensitive,
    Vouched,
)
from pipeline.redact import strict
from pipeline.redact.borne import with_leads, without_lead
from pipeline.redact.deny import in_other_scripts, unexplained
from pipeline.redact.forms import commitments
from pipeline.redact.known import (
    KnownValue,
    Needle,
    find_known,
    found_values,
    known_values,
    needles,
    sought_again,
)
from pipeline.redact.leakremark import remark_leaks
from pipeline.redact.reading import Reading, read
from pipeline.redact.spans import join_unexplained, snap, union
from pipeline.redact.suspicion import suspicious

__all__ = ["redact", "remembered", "shown_code"]

Found = tuple[tuple[Finding, ...], ...]

# Separators are rebuilt from this list, so markup, brackets that could pass for a placeholder, and
# control characters cannot survive. Typographic forms are shown as their plain ones.
_PLAIN = str.maketrans("\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00a0", "''\"\"--. ")
_NOT_SHOWN = re.compile(r"[^0-9A-Za-z .,:;!?'\"()/%+-]")
_SPACES = re.compile(r" {2,}")
_SPACE_BEFORE = re.compile(r"(?<=\]) (?=[.,;:!?)])")
_MAX_CODE = 40
_CODE_NUMBER = re.compile(r"\d{1,3}(?:-\d{1,3})?[A-Za-z]?|[A-Za-z]\d{1,2}")
_MASKED_CODE = "[UNEXPLAINED]"


def redact(
    incident: Incident,
    found: Found,
    memory: Memory | None,
    *,
    call_types: tuple[str, ...],
    policy: Policy,
    seal: Seal | None,
) -> RedactedIncident | Held:
    """Return the incident with every unexplained, found or known text removed from its remarks.

    ``found`` has one entry per ``incident.remarks``. Restricted remarks are left out whole, but
    what was found in them is searched for in the others. Findings in the result point to the
    original remark by index and character. Without a ``seal`` nothing is committed to: that is for
    texts of their own, which no audit log speaks of.
    """
    problem = _problem(incident, found)
    if problem is not None:
        return problem
    values = known_values(incident, memory) + found_values(incident, found)
    wanted = needles(values)
    remarks: list[RedactedRemark] = []
    applied: list[AppliedFinding] = []  # in order: remarks are, and spans are disjoint and sorted
    for index, remark in enumerate(incident.remarks):
        if not remark.restricted:
            typed = remark.text.expose()
            reading = read(typed)
            spans = _spans(reading, (*found[index], *in_other_scripts(typed)), wanted)
            covered = spans if reading.spans is None else union(reading.back(spans))
            applied += (_applied(incident, index, span, policy, seal) for span in covered)
            text = _rewritten(reading.text, spans, policy)
            remarks.append(RedactedRemark(text=text, at=remark.at))
    return _second_look(remarks, values) or RedactedIncident(
        agency_id=incident.agency_id,
        ref=incident.ref,
        revision=incident.revision,
        call_types=call_types,
        opened_at=incident.opened_at,
        status=incident.status,
        remarks=tuple(remarks),
        unit_count=incident.unit_count,
        findings=tuple(applied),
        notices=incident.notices,
    )


def remembered(incident: Incident, found: Found, memory: Memory | None) -> tuple[Sensitive, ...]:
    """Return what later revisions must look for: known now, found now, remembered before.

    Sorted and without repetition. Findings with impossible offsets are left out; ``redact`` holds
    such an incident anyway.
    """
    sound = tuple(
        tuple(finding for finding in findings if not _beyond(finding, len(remark.text.expose())))
        for remark, findings in zip(incident.remarks, found, strict=False)
    )
    sound += ((),) * (len(incident.remarks) - len(sound))
    values = known_values(incident, memory) + found_values(incident, sound)
    return tuple(sorted({value.text for value in values}, key=Sensitive.expose))


def shown_code(text: str) -> str:
    """Return an agency's unknown code as far as it is safe to show, 40 characters at most.

    A short number alone (``415``, ``10-50``, ``11-82A``) is a code. Otherwise vocabulary words stay
    and every number, street name and unknown word goes, as in a remark.
    """
    if _CODE_NUMBER.fullmatch(text.strip()):
        return text.strip().upper()
    hidden = [False] * len(text)
    for finding in strict.unexplained(text):
        hidden[finding.start : finding.end] = [True] * (finding.end - finding.start)
    shown: list[str] = []
    for token, known in strict.shown_words(text):
        masked = not known or any(hidden[token.start : token.end]) or token.word.isdigit()
        part = _MASKED_CODE if masked else text[token.start : token.end].upper()
        if part != _MASKED_CODE or shown[-1:] != [part]:
            shown.append(part)
    while len(" ".join(shown)) > _MAX_CODE:
        shown.pop()
    return " ".join(shown).replace("\u2019", "'")


def _problem(incident: Incident, found: Found) -> Held | None:
    if len(found) != len(incident.remarks):
        return Held(reason=HoldReason.DETECTOR, detail="bad-count")
    for remark, findings in zip(incident.remarks, found, strict=True):
        length = len(remark.text.expose())
        for finding in findings:
            if _beyond(finding, length):
                return Held(reason=HoldReason.DETECTOR, detail="bad-offsets")
        kind = suspicious(remark.text.expose())
        if kind:
            return Held(reason=HoldReason.SUSPICIOUS_TEXT, detail=kind)
    return None


def _beyond(finding: Finding, length: int) -> bool:
    return not 0 <= finding.start < finding.end <= length


def _spans(
    reading: Reading, found: Sequence[Finding], wanted: Mapping[str, Needle]
) -> tuple[Finding, ...]:
    placed = reading.forth(found)
    masking = [each for each in placed if not isinstance(each, Vouched)]
    vouched = {(each.start, each.end): each.score for each in placed if isinstance(each, Vouched)}
    known = find_known(reading, wanted, masking)
    covered = snap((*masking, *known), reading.starts, reading.ends)
    masked = union((*covered, *unexplained(reading, covered, vouched)))
    return with_leads(join_unexplained(masked, reading.starts), reading.text, reading.tokens)


def _applied(
    incident: Incident, index: int, span: Finding, policy: Policy, seal: Seal | None
) -> AppliedFinding:
    committed: tuple[Commitment, ...] = ()
    if seal is not None:
        removed = incident.remarks[index].text.expose()[span.start : span.end]
        removed = without_lead(removed, span.entity)
        committed = commitments(seal.commit, incident.ref, removed)
    return AppliedFinding(
        remark=index,
        finding=span,
        operator=policy.operators[span.entity],
        commitments=committed,
    )


def _rewritten(text: str, spans: Sequence[Finding], policy: Policy) -> str:
    # Of the same length, so that the spans' offsets are its own.
    plain = _plain(text)
    parts: list[str] = []
    end = 0
    for span in spans:
        drop = policy.operators[span.entity] is Operator.DROP
        parts += [plain[end : span.start], " " if drop else f" [{span.entity.value}] "]
        end = span.end
    parts.append(plain[end:])
    return _SPACE_BEFORE.sub("", _SPACES.sub(" ", "".join(parts))).strip()


def _plain(text: str) -> str:
    return _NOT_SHOWN.sub(" ", text if text.isascii() else text.translate(_PLAIN))


def _second_look(remarks: Sequence[RedactedRemark], values: Sequence[KnownValue]) -> Held | None:
    known = sought_again(values)
    for remark in remarks:
        kinds = remark_leaks(remark, known)
        if kinds:
            return Held(reason=HoldReason.LEAK_CHECK, detail=kinds[0])
    return None
