"""A gate: a task that asks a person, shows figures, and takes nothing but a person's yes.

In: what an earlier task returned: ``subject`` and ``text`` to show, and ``settled``, the names of
gates that need not ask, with who answered before. Out: who said yes. A gate has no default answer
and always a time limit; when nobody answers it fails. It must never be given a record's text:
subject and text are shown to everybody who may open Airflow's pages.
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from airflow.providers.common.compat.sdk import AirflowFailException
from airflow.providers.standard.operators.hitl import ApprovalOperator

__all__ = ["PersonGate"]


class PersonGate(ApprovalOperator):
    """Asks a person for a yes.

    ``asked_by`` is the task that says what is asked. ``people`` names an environment variable with
    the users of Airflow who may answer; empty, whoever may answer at all.
    """

    template_fields = ()  # what is shown comes from a task, and nothing of it is a template

    def __init__(
        self, *, asked_by: str, answer_within: timedelta, people: str = "", **kwargs: Any
    ) -> None:
        if kwargs.get("defaults") is not None:
            raise ValueError("a gate has no default answer: nobody's silence is a yes")
        if answer_within <= timedelta(0):
            raise ValueError("a gate has a time limit: Airflow takes none for for ever")
        # A retry would ask again; so would Airflow after its own failure, and a person clears that.
        super().__init__(response_timeout=answer_within, **{"retries": 0, **kwargs})
        self.asked_by = asked_by
        self.people = people

    def execute(self, context: Any) -> Any:
        """Ask, unless it is settled; the task waits without a slot until somebody answers."""
        asked = context["ti"].xcom_pull(task_ids=self.asked_by)
        if not isinstance(asked, dict) or not asked.get("text"):
            raise AirflowFailException(f"{self.asked_by} did not say what to ask")
        if self.task_id in asked.get("settled", {}):
            return {"yes": True, "asked": False, "by": asked["settled"][self.task_id]}
        self.subject, self.body = f"{self.subject} ({asked['subject']})", asked["text"]
        names = os.environ.get(self.people, "").replace(",", " ").split() if self.people else []
        self.assigned_users = [{"id": name, "name": name} for name in names] or None
        return super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """Return who answered; Airflow skips what follows a no, or fails this task for it."""
        answer = super().execute_complete(context, event)
        who = answer["responded_by_user"]
        if not who:
            raise AirflowFailException("no person answered")
        yes = answer["chosen_options"] == [self.APPROVE]
        return {"yes": yes, "asked": True, "by": who["name"]}
