"""The outbound ledger does not name receivers: back-off is per message."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE touchline_connectors.ledger DROP destination")


def downgrade() -> None:
    op.execute(
        "ALTER TABLE touchline_connectors.ledger ADD destination text"
        " NOT NULL DEFAULT ''"
    )
