"""Makes the finding of a token that nothing explains, for remarks and public text alike.

In: a token and the reason. Out: a finding. Which token is denied is ``deny``'s and ``strict``'s.
"""

from __future__ import annotations

from pipeline.model import Entity, Finding
from pipeline.redact.sources import sources_version
from pipeline.redact.tokens import Token

__all__ = ["denied"]

_RECOGNIZER = "default-deny"
# Certain to be masked, but the weakest explanation: any recognizer's finding outranks it.
_SCORE = 0.1


def denied(token: Token, reason: str) -> Finding:
    """Return the unexplained finding of one token."""
    return Finding(
        start=token.start,
        end=token.end,
        entity=Entity.UNEXPLAINED,
        recognizer=_RECOGNIZER,
        recognizer_version=sources_version(),
        score=_SCORE,
        reason=reason,
    )
