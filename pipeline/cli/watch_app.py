"""``blotter watch``: says what is wrong with the line now, and mails it once."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.surroundings import Json, clock, settings_here

__all__ = ["watch"]


def watch(
    fail: Annotated[bool, typer.Option("--fail", help="Exit 1 when there is an error.")] = False,
    json: Json = False,
) -> None:
    """Look for alarms: feeds, lags, balance, quarantine, messages, log; mail where one is named."""
    from pipeline.cli.show import out, put, safe
    from pipeline.usecases.alarms import Level
    from pipeline.usecases.alarms import watch as look

    report = look(settings_here(), now=clock())
    if json:
        put(
            {
                "told": report.told,
                "alarms": [
                    {
                        "code": a.code,
                        "level": a.level.value,
                        "agencies": list(a.agencies),
                        "detail": a.detail,
                    }
                    for a in report.alarms
                ],
            }
        )
    else:
        for alarm in report.alarms:
            out().print(safe(str(alarm)), soft_wrap=True)
        if report.alarms:
            out().print("What each means, and what to do: docs/runbooks/alarms.md", soft_wrap=True)
        else:
            out().print("Nothing is wrong.")
        if report.told not in ("", "sent"):
            out().print(f"The mail could not be sent: {safe(report.told)}")
    if fail and any(alarm.level is Level.ERROR for alarm in report.alarms):
        raise typer.Exit(1)
