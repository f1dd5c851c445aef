"""A test item's id never becomes that of a candidate, an approval or an alert."""

from alembic import op

revision = "0015_trials"
down_revision = "0014_redaction_counts"
branch_labels = None
depends_on = None

_GUARDED = {
    "candidates": "select 1 from trial_items where item_id = new.candidate_id",
    "approvals": "select 1 from trial_items where item_id = new.candidate_id",
    "decisions": "select 1 from trial_items where item_id = new.candidate_id",
    "alerts": "select 1 from trial_items where item_id in (new.candidate_id, new.alert_id)",
    "trial_items": "select 1 from candidates where candidate_id = new.item_id",
}
_WHY = "a test item is never published"


def upgrade() -> None:
    """Apply."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, found in _GUARDED.items():
        if sqlite:
            for event in ("insert", "update"):
                op.execute(
                    f"create trigger {table}_no_trial_{event} before {event} on {table}"
                    f" when exists ({found}) begin select raise(abort, '{_WHY}'); end"
                )
            continue
        op.execute(
            f"create function blotter_{table}_no_trial() returns trigger language plpgsql as $$"
            f" begin if exists ({found}) then"
            f" raise exception '{_WHY}' using errcode = 'check_violation';"
            " end if; return new; end $$"
        )
        op.execute(
            f"create trigger {table}_no_trial before insert or update on {table}"
            f" for each row execute function blotter_{table}_no_trial()"
        )


def downgrade() -> None:
    """Undo."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in _GUARDED:
        if sqlite:
            for event in ("insert", "update"):
                op.execute(f"drop trigger {table}_no_trial_{event}")
            continue
        op.execute(f"drop trigger {table}_no_trial on {table}")
        op.execute(f"drop function blotter_{table}_no_trial()")
