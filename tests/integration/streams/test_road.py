"""From the touchpoint topics to the read models, through every hop."""

from itertools import count

import pytest

from events import wire
from events.catalog import EVENTS_TOPIC, touchpoints_topic
from hub.runtime.clock import SystemClock
from tests.integration.streams.road import GROUPS
from tests.stored import EVENT
from tests.unit.domain.touchpoints import call, form, mail, report, sms
from tests.waiting import becomes, eventually

pytestmark = pytest.mark.timeout(180)

TIMELINE = "touchline_views.customer_timeline_v1"
BOARD = "touchline_views.queue_board_v1"
FORGED = EVENT.event_id.hex.encode()
numbers = count(1)


def fresh_people(amount):
    return [f"p{next(numbers)}@example.org" for _ in range(amount)]


def mails(people):
    now = SystemClock().now()
    return [mail(f"<{person}>", person, when=now) for person in people]


def settled(road):
    """Until every event of the store is in the read models."""
    becomes(lambda: (road.count(UNSENT), road.count(UNREAD)), (0, 0))


UNREAD = """touchline_store.events e JOIN touchline_views.watermarks w USING (slice)
    WHERE w.position < e.notification_id"""
UNSENT = """touchline_store.events WHERE notification_id >
    (SELECT coalesce(max(position), 0) FROM touchline_store.relay_position)"""


def in_timeline(road, touchpoints):
    ids = [t.signal.subject if t.signal else t.touchpoint_id for t in touchpoints]
    sql = f"SELECT touchpoint_id AS t FROM {TIMELINE} WHERE touchpoint_id = ANY(%s)"
    return sorted(row["t"].hex for row in road.rows(sql, ids)), sorted(
        {id_.hex for id_ in ids}
    )


def arrived(road, touchpoints):
    found, sent = in_timeline(road, touchpoints)
    return found == sent


def test_touchpoints_of_all_channels_arrive_in_timeline_and_board(road):
    now = SystemClock().now()
    (person,) = fresh_people(1)
    sent = [
        mail(f"<{person}>", person, when=now),
        form("f1", person, when=now),
        sms("s1", "+34600000001", when=now),
        call("c1", "ringing", when=now, sender="+34600000001"),
    ]
    road.publish(*sent)
    eventually(lambda: arrived(road, sent), "all of it can be read")
    becomes(lambda: len(on_board(road, sent)), 4)
    assert {row["state"] for row in on_board(road, sent)} == {"waiting"}
    becomes(lambda: acknowledged(road, sent), 2)


def on_board(road, touchpoints):
    sql = f"""SELECT b.* FROM {BOARD} b JOIN touchline_store.touchpoint_index t
        ON t.interaction = b.interaction_id WHERE t.touchpoint = ANY(%s)"""
    return road.rows(sql, [t.touchpoint_id for t in touchpoints])


def acknowledged(road, touchpoints):
    """How many replies the interactions of touchpoints have."""
    sql = """SELECT 1 FROM touchline_store.events e JOIN
        touchline_store.touchpoint_index t ON t.interaction = e.originator_id
        WHERE e.topic = 'touchline.ReplySent.v1' AND t.touchpoint = ANY(%s)"""
    return len(road.rows(sql, [t.touchpoint_id for t in touchpoints]))


def test_what_is_delivered_twice_counts_once(road):
    sent = mails(fresh_people(5))
    road.publish(*sent, *sent)
    road.publish(*sent)
    eventually(lambda: arrived(road, sent), "all of it can be read")
    settled(road)
    assert arrived(road, sent)


def test_garbage_on_the_event_topic_is_survived(road):
    forged = EVENT._replace(position=2**40, previous=2**41)
    headers = wire.headers(EVENT)
    road.throw(
        EVENTS_TOPIC,
        (b"junk", []),
        (None, headers),
        (b"x", [(name, None) for name, _ in headers]),
        (wire.value(EVENT), wire.headers(forged)),
    )
    sent = mails(fresh_people(20))
    road.publish(*sent)
    eventually(lambda: arrived(road, sent), "all of it can be read")
    settled(road)
    assert road.count("touchline_views.stopped_projections") == 0


def test_garbage_on_a_touchpoint_topic_is_parked_and_the_others_go_on(road):
    parked = road.count("touchline_store.parked_messages")
    road.throw(touchpoints_topic("email"), (b"junk", []), (None, []), (b"\x00" * 9, []))
    sent = mails(fresh_people(3))
    road.publish(report(mail("<nobody@x>").touchpoint_id, "sent"), *sent)
    eventually(lambda: arrived(road, sent), "all of it can be read")
    becomes(lambda: road.count("touchline_store.parked_messages"), parked + 4)


def test_an_event_that_kafka_lost_is_healed_from_the_store(road):
    road.kill("relay")
    lost = mails(fresh_people(8))
    road.publish(*lost)
    eventually(lambda: stored(road, lost), "all of it is stored")
    with_head = "(SELECT max(notification_id) FROM touchline_store.events)"
    road.rows(
        f"UPDATE touchline_store.relay_position SET position = {with_head} RETURNING 1"
    )
    road.start("relay")
    eventually(lambda: arrived(road, lost), "all of it can be read")


def stored(road, touchpoints):
    ids = [t.touchpoint_id for t in touchpoints]
    sql = "SELECT 1 FROM touchline_store.touchpoint_index WHERE touchpoint = ANY(%s)"
    return len(road.rows(sql, ids)) == len(ids)


@pytest.mark.parametrize("role", ["streams", "workflows", "intake", "relay"])
def test_a_role_that_is_killed_and_started_again_loses_and_doubles_nothing(road, role):
    people = fresh_people(300)
    sent = mails(people)
    road.publish(*sent[:150])
    road.kill(role)
    road.publish(*sent[150:])
    road.start(role)
    road.publish(*sent[100:200])
    eventually(lambda: arrived(road, sent), "all of it can be read")
    becomes(lambda: acknowledged(road, sent), 300)
    settled(road)
    assert arrived(road, sent)
    assert acknowledged(road, sent) == 300


CHAIN = """SELECT notification_id AS position, coalesce(lag(notification_id)
    OVER (PARTITION BY slice ORDER BY notification_id), 0) AS previous
    FROM touchline_store.events"""


def test_every_event_in_kafka_names_the_one_before_it_in_its_slice(road):
    (person,) = fresh_people(1)
    sent = [mail(f"<{person}-{n}>", person, when=SystemClock().now()) for n in range(9)]
    road.publish(*sent)
    eventually(lambda: arrived(road, sent), "all of it can be read")
    settled(road)
    records = [r for part in road.event_records().values() for r in part]
    ours = [dict(r.headers) for r in records if ("ce_source", wire.SOURCE) in r.headers]
    found = {
        int(h["position"]): int(h["previous"]) for h in ours if h["ce_id"] != FORGED
    }
    chain = {row["position"]: row["previous"] for row in road.rows(CHAIN)}
    assert found.items() <= chain.items()
    assert len(found) > len(chain) / 2


@pytest.mark.parametrize("group", GROUPS[1:])
def test_everything_that_was_handled_is_committed(road, group):
    settled(road)
    nothing = dict.fromkeys(range(road.settings.partitions), 0)
    becomes(lambda: road.lag(group), nothing)


def test_read_models_are_what_the_streams_say_in_the_end(road):
    settled(road)
    assert road.count("touchline_views.parked_events") == 0
    interactions = road.count("touchline_store.interaction_head")
    assert road.count(BOARD) == interactions
    assert road.count("touchline_views.interaction_view_v1") == interactions
    customers = road.count("touchline_store.customer_head")
    assert road.count("touchline_views.customer_card_v1") == customers
