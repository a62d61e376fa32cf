"""Customers who are parts of others."""

from alembic import op

revision = "0017"
down_revision = "0012"
branch_labels = None
depends_on = None

UPGRADE = """
CREATE TABLE touchline_store.customer_link (
    customer uuid PRIMARY KEY,
    merged_into uuid NOT NULL,
    merge_id uuid NOT NULL,
    merged_by text NOT NULL
);
CREATE INDEX customer_link_into ON touchline_store.customer_link (merged_into);
CREATE INDEX customer_head_parts ON touchline_store.customer_head (root)
    WHERE root <> customer;
CREATE INDEX identifier_index_customer ON touchline_store.identifier_index (customer);
"""
DOWNGRADE = """
DROP INDEX touchline_store.identifier_index_customer,
    touchline_store.customer_head_parts;
UPDATE touchline_store.customer_head SET root = customer WHERE root <> customer;
DROP TABLE touchline_store.customer_link;
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute(DOWNGRADE)
