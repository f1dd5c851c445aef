"""Lets exceptions of every kind pass the fence; answers with what came out."""

from __future__ import annotations

import json
import os
import sys
import traceback

sys.path.append(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])

from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException
from blotter_tasks import Fence

from pipeline.model import AgreementStopped, ConfigError, Refused, StopCode, StoreFailure
from pipeline.usecases.pull import fail

WORDS = "caller marigold waverly"


def library() -> None:
    try:
        {}[WORDS]
    except KeyError as error:
        raise ValueError(WORDS) from error


def raises(error: BaseException) -> None:
    raise error


KINDS = {
    "library": library,
    "ours": lambda: fail("loud-library"),
    "config": lambda: raises(ConfigError("the zone is missing", remedy="Add it")),
    "agreement": lambda: raises(AgreementStopped("expired", code=StopCode.EXPIRED)),
    "refused": lambda: raises(Refused("no such agency")),
    "store": lambda: raises(StoreFailure("the database is locked")),
    "skip": lambda: raises(AirflowSkipException("nothing to do")),
    "exit": lambda: raises(SystemExit(3)),
    "none": lambda: None,
}
answers = {}
for kind, act in KINDS.items():
    try:
        with Fence():
            act()
    except BaseException as error:  # noqa: BLE001 - exits too are looked at
        answers[kind] = {
            "type": type(error).__name__,
            "text": str(error),
            "retried": isinstance(error, AirflowException)
            and not isinstance(error, AirflowFailException),
            "printed": "".join(traceback.format_exception(error)),
        }
    else:
        answers[kind] = None
sys.stdout.write("\n" + json.dumps(answers) + "\n")
