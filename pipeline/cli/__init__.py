"""The ``blotter`` command. Thin: each command calls one use case and shows its report.

Importing this package imports no command's work; ``main`` does, so that ``blotter --help`` is fast.
"""

__all__ = ["main"]


def main() -> None:
    """Run the command line; exits 0, 1 (a promise does not hold) or 2 (cannot do it, and why)."""
    import sys

    from pipeline.cli.running import run_command, tell_unexpected

    sys.excepthook = tell_unexpected
    if sys.argv[1:2] == ["redact"]:
        # Started anew for a line by many a pipe: the other commands take longer than its own.
        from pipeline.cli.redact_app import redact_alone

        run_command(redact_alone)
    else:
        from pipeline.cli.app import run_app

        run_app()
