"""A first ballot in one statement on PostgreSQL: locks, state, time, roll and the row, in the same order."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = depends_on = None

# Each statement of a volatile function sees what was committed before it began, if the transaction is READ
# COMMITTED: so the state is read as it is once the locks are held. 7101 is the lock of a box.
CAST_FIRST = """
CREATE FUNCTION cast_first_ballot(
    box integer, place bytea, place_lock bigint, voter varchar, voter_district varchar,
    entry bytea, ballot bytea
) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(7101, box), pg_advisory_xact_lock(place_lock);
    IF NOT EXISTS (
        SELECT FROM ballot_boxes b JOIN electorate e ON e.box_id = b.id
        WHERE b.id = box AND e.voter_id = voter AND e.district = voter_district AND b.status = 'open'
        AND b.opens_at <= clock_timestamp() AT TIME ZONE 'UTC'
        AND clock_timestamp() AT TIME ZONE 'UTC' < b.closes_at
    ) THEN
        RETURN false;
    END IF;
    INSERT INTO cast_ballots (box_id, slot, channel, rev, leaf_enc, sealed, flushed)
    VALUES (box, place, 'online', 1, entry, ballot, false) ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(CAST_FIRST)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION cast_first_ballot")
