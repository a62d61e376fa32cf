"""What people ask for by name or number, as rows."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from hub.cli.output import emit
from hub.cli.reading import card_listing
from projections.queries.customer import Card, KnownAs

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
MARTA = Card(
    customer_id=UUID(int=1),
    name="Marta Quiroga",
    provisional=False,
    identifiers=(KnownAs("email", "mq@x.example", "mq@x.example", UUID(int=1)),),
    known_since=AT,
    first_contact_at=AT,
    last_contact_at=AT,
    contacts_in=2,
    contacts_out=1,
    by_channel={"email": 3},
)


def test_a_customer_is_shown_with_the_name_in_a_pipe_too(capsys):
    emit({}, card_listing(MARTA), json=False)
    assert "name\tMarta Quiroga\n" in capsys.readouterr().out


def test_a_customer_without_a_name_says_so():
    assert card_listing(replace(MARTA, name="")).rows[0] == ("name", None)
