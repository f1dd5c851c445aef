"""The ``blotter`` command. Thin: each command calls one use case and shows its report.

Importing this package imports no command's work; ``main`` does, so that ``blotter --help`` is fast.
"""

__all__ = ["main"]


def main() -> None:
    """Run the command line; exits 0, 1 (a promise does not hold) or 2 (cannot do it, and why)."""
    import sys

    from pipeline.cli.app import run_app, tell_unexpected

    sys.excepthook = tell_unexpected
    run_app()
