"""What customers wrote and who they are is nowhere readable on the way."""

import pytest

from events.catalog import EVENTS_TOPIC, outbound_topic
from hub.runtime.clock import SystemClock
from tests.integration.streams.test_road import acknowledged, arrived
from tests.unit.domain.touchpoints import mail
from tests.waiting import becomes, eventually

pytestmark = pytest.mark.timeout(180)

SECRET = "the lamp of my grandmother"
SAID = [SECRET, "wilhelmina@example.org", "Wilhelmina", "The lamp"]


def test_given_a_mail_then_neither_kafka_nor_the_store_show_what_it_says(road):
    now = SystemClock().now()
    sent = [mail("<secret>", "wilhelmina@example.org", when=now, text=SECRET)]
    road.publish(*sent)
    eventually(lambda: arrived(road, sent), "it can be read")
    becomes(lambda: acknowledged(road, sent), 1)
    eventually(lambda: raw(road, outbound_topic("email")), "its answer leaves")
    stored = road.rows("SELECT state FROM touchline_store.events")
    events = b"".join(bytes(row["state"]) for row in stored)
    for said in (said.encode() for said in SAID):
        assert said not in events
        assert said not in raw(road, EVENTS_TOPIC)
        assert said not in raw(road, outbound_topic("email"))
    (shown,) = road.rows(
        "SELECT t::text AS row FROM touchline_views.customer_timeline_v1 t"
        " WHERE touchpoint_id = %s",
        sent[0].touchpoint_id,
    )
    assert SECRET in shown["row"]


def raw(road, topic):
    """The bytes of all messages of a topic, with their headers."""
    records = [r for found in road.records(topic).values() for r in found]
    headers = [value for record in records for _, value in record.headers]
    return b"".join([*headers, *(record.value for record in records)])
