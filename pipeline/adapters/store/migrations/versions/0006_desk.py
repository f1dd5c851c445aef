"""The desk: accounts, sessions, holds, drafts, trial items; four eyes as triggers."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0006_desk"
down_revision = "0005"
branch_labels = None
depends_on = None

_EYES = (
    "select count(*) from approvals where approvals.candidate_id = new.candidate_id"
    " and approvals.editor <> new.edited_key"
)
_OPENED = "new.state in ('waiting', 'approved') and old.state = 'pending'"
_LAST = (
    "exists (select 1 from candidates where candidates.candidate_id = new.candidate_id"
    " and candidates.edited_key = new.editor)"
)


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("edited_key", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("settles_at", sa.Text(), nullable=True))
    _fold_names()
    _people()
    _work()
    _four_eyes()


def _fold_names() -> None:
    bind = op.get_bind()
    named = sa.text("select candidate_id, edited_by from candidates where edited_by <> ''")
    fold = sa.text("update candidates set edited_key = :key where candidate_id = :id")
    for row in bind.execute(named).all():
        plain = unicodedata.normalize("NFKD", row.edited_by.casefold())
        key = "".join(each for each in plain if not unicodedata.combining(each))
        bind.execute(fold, {"key": key, "id": row.candidate_id})


def _people() -> None:
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), server_default="", nullable=False),
        sa.Column("password", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("demo", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("preferences", sa.Text(), server_default="{}", nullable=False),
        sa.CheckConstraint("state in ('active', 'disabled')", name=op.f("ck_accounts_state")),
        sa.CheckConstraint("role <> 'agency' or agency_id <> ''", name=op.f("ck_accounts_agency")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name_key", name=op.f("uq_accounts_name_key")),
        sa.UniqueConstraint("subject", name=op.f("uq_accounts_subject")),
    )
    op.create_table(
        "sessions",
        sa.Column("token_digest", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_sessions_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_account", "sessions", ["account_id"])
    op.create_table(
        "invitations",
        sa.Column("token_digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), server_default="", nullable=False),
        sa.Column("invited_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_invitations")),
    )


def _work() -> None:
    op.create_table(
        "holds",
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("editor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.candidate_id"],
            name=op.f("fk_holds_candidate_id_candidates"),
        ),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_holds")),
    )
    op.create_table(
        "soft_locks",
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("editor", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_soft_locks")),
    )
    op.create_table(
        "drafts",
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("editor", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("candidate_id", "editor", name=op.f("pk_drafts")),
    )
    op.create_table(
        "trial_items",
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("expected_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "expected in ('approve', 'reject')", name=op.f("ck_trial_items_expected")
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_trial_items")),
    )
    op.create_table(
        "trial_answers",
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("editor", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["trial_items.item_id"], name=op.f("fk_trial_answers_item_id_trial_items")
        ),
        sa.PrimaryKeyConstraint("item_id", "editor", name=op.f("pk_trial_answers")),
    )


def _four_eyes() -> None:
    """Refuse, whatever program writes: too few other editors, or the last editor of the text."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "create trigger candidates_four_eyes before update of state on candidates"
            f" when {_OPENED} and ({_EYES}) < new.approvals_needed"
            " begin select raise(abort, 'not enough editors approved'); end"
        )
        op.execute(
            f"create trigger approvals_last_editor before insert on approvals when {_LAST}"
            " begin select raise(abort, 'the last editor cannot approve'); end"
        )
        return
    op.execute(
        "create function blotter_four_eyes() returns trigger language plpgsql as $$ begin"
        f" if {_OPENED} and ({_EYES}) < new.approvals_needed then"
        " raise exception 'not enough editors approved' using errcode = 'check_violation';"
        " end if; return new; end $$"
    )
    op.execute(
        "create trigger candidates_four_eyes before update on candidates"
        " for each row execute function blotter_four_eyes()"
    )
    op.execute(
        "create function blotter_last_editor() returns trigger language plpgsql as $$ begin"
        f" if {_LAST} then"
        " raise exception 'the last editor cannot approve' using errcode = 'check_violation';"
        " end if; return new; end $$"
    )
    op.execute(
        "create trigger approvals_last_editor before insert on approvals"
        " for each row execute function blotter_last_editor()"
    )
