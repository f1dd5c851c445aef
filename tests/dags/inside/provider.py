"""Looks the provider up as Airflow's web server does; answers with its form and credentials."""

from __future__ import annotations

import json
import logging
import sys

from airflow.providers_manager import ProvidersManager
from airflow.utils import db

SAID: list[str] = []


class _Listening(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        SAID.append(record.getMessage())


logging.getLogger().addHandler(_Listening())
logging.getLogger().setLevel(logging.DEBUG)
db.initdb()
manager = ProvidersManager()
form = next(
    each
    for each in manager.iter_connection_type_hook_ui_metadata()
    if each.connection_type == "blotter_feed"
)
loaded_for_the_form = "blotter_provider.feeds" in sys.modules
fields = {
    name: field
    for name, field in manager._connection_form_widgets_from_metadata.items()
    if name.startswith("extra__blotter_feed__")
}
from airflow.sdk import BaseHook  # noqa: E402
from blotter_provider.feeds import DispatchFeedHook  # noqa: E402

given = {}
for name in sys.argv[1:]:
    credential = DispatchFeedHook(name).get_conn()
    hook = type(BaseHook.get_connection(name).get_hook()).__name__ if name == "ours" else ""
    given[name] = {
        "login": credential.login,
        "secret": credential.secret,
        "key": credential.private_key,
        "shown": repr(credential),
        "hook": hook,
    }
sys.stdout.write(
    "\n"
    + json.dumps(
        {
            "version": manager.providers["blotter"].version,
            "name": form.hook_name,
            "behaviour": manager._field_behaviours_from_metadata["blotter_feed"],
            "fields": {name: [f.field["schema"], f.is_sensitive] for name, f in fields.items()},
            "loaded_for_the_form": loaded_for_the_form,
            "module": sys.modules["blotter_provider"].__file__,
            "given": given,
            "said": SAID,
        }
    )
    + "\n"
)
