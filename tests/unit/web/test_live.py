"""The live feed: numbering, the ring, who is woken, and who must fetch all again."""

import asyncio
import json
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from hub.web.changed import EVERYTHING, Changed, parse, topic
from hub.web.live import LiveFeed, stop
from tests.unit.web import kit

A, B = UUID(int=1).hex, UUID(int=2).hex


class ScriptedChanges:
    """Announces what it is given."""

    connected = True

    def __init__(self, *payloads):
        self.payloads = payloads

    async def listen(self):
        for payload in self.payloads:
            yield payload


def feed(**options):
    return LiveFeed(kit.SilentChanges(), window=0, **options)


def interaction(key=A):
    return Changed(interaction=frozenset({key}))


async def publish(live, *changes):
    for changed in changes:
        live.announce(changed)
        await settled(live)


async def settled(live):
    while live._publishing is not None:
        await live._publishing


def events(frames):
    """Kind, number and data of each frame."""
    found = []
    for block in frames.decode().strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        number = int(fields["id"].rpartition(".")[2])
        found.append((fields["event"], number, json.loads(fields["data"])))
    return found


async def test_a_change_reaches_who_watches_it():
    live = feed()
    watching = live.subscribe([f"interaction:{A}"], live.position)
    await publish(live, interaction())
    assert events(await watching.next()) == [("change", 1, {"interaction": [A]})]


async def test_the_board_hears_of_everything():
    live = feed()
    board = live.subscribe(["board"], live.position)
    await publish(live, Changed(customer=frozenset({A}), queue=frozenset({"orders"})))
    assert events(await board.next()) == [
        ("change", 1, {"customer": [A], "queue": ["orders"]})
    ]


async def test_others_are_not_woken():
    live = feed()
    other = live.subscribe([f"interaction:{B}"], live.position)
    waiting = asyncio.create_task(other.next())
    await publish(live, interaction(A))
    assert not waiting.done()
    await publish(live, interaction(B))
    assert events(await waiting) == [("change", 2, {"interaction": [B]})]


async def test_a_narrow_view_learns_nothing_of_others():
    live = feed()
    mine = live.subscribe([f"customer:{A}"], live.position)
    await publish(live, Changed(customer=frozenset({A, B}), interaction=frozenset({B})))
    assert events(await mine.next()) == [("change", 1, {"customer": [A]})]


def rings(*agents):
    return Changed(interaction=frozenset({A}), agent=frozenset(agents))


async def test_a_ring_wakes_the_views_of_whom_it_is_for_alone():
    live = feed()
    ana = live.subscribe(["agent:ana", f"interaction:{B}"], live.position)
    ben = asyncio.create_task(live.subscribe(["agent:ben"], live.position).next())
    await publish(live, rings("ana"))
    assert events(await ana.next()) == [("change", 1, {"agent": ["ana"]})]
    assert not ben.done()
    ben.cancel()


async def test_a_board_learns_of_its_own_readers_rings_alone():
    live = feed()
    board = live.subscribe(["board", "agent:ana"], live.position)
    await publish(live, rings("ana", "ben"), rings("ben"))
    assert events(await board.next()) == [
        ("change", 1, {"interaction": [A]}),
        ("change", 1, {"agent": ["ana"]}),
        ("change", 2, {"interaction": [A]}),
    ]


async def test_a_count_of_missed_calls_reaches_who_shows_it_and_the_last_one_counts():
    live = feed()
    page = live.subscribe(["missed"], live.position)
    board = asyncio.create_task(live.subscribe(["board"], live.position).next())
    live.announce(Changed(missed=3))
    live.announce(Changed(missed=2))
    await settled(live)
    assert events(await page.next()) == [("change", 1, {"missed": 2})]
    assert not board.done()
    board.cancel()


async def test_changes_of_one_window_become_one_event():
    live = LiveFeed(kit.SilentChanges(), window=0.01)
    board = live.subscribe(["board"], live.position)
    live.announce(interaction(A))
    live.announce(interaction(B))
    await settled(live)
    assert events(await board.next()) == [("change", 1, {"interaction": [A, B]})]


async def test_who_comes_back_gets_what_was_missed():
    live = feed()
    await publish(live, interaction(A))
    place = live.position
    await publish(live, interaction(B), interaction(A))
    back = live.subscribe(["board"], place)
    assert [number for _, number, _ in events(await back.next())] == [2, 3]


@pytest.mark.parametrize("since", ["", "other.1", "x", ".", "other.1e3"])
async def test_who_comes_from_elsewhere_fetches_all_again(since):
    live = feed()
    await publish(live, interaction())
    new = live.subscribe(["board"], since)
    assert events(await new.next()) == [("snapshot", 1, {})]


async def test_a_place_in_the_future_is_from_elsewhere():
    live = feed()
    ahead = live.event_id(99)
    assert events(await live.subscribe(["board"], ahead).next())[0][0] == "snapshot"


async def test_who_falls_behind_the_ring_fetches_all_again():
    live = feed(ring=4)
    slow = live.subscribe(["board"], live.position)
    await publish(live, *[interaction()] * 5)
    assert events(await slow.next()) == [("snapshot", 5, {})]
    await publish(live, interaction())
    assert events(await slow.next()) == [("change", 6, {"interaction": [A]})]


async def test_a_full_ring_loses_nothing():
    live = feed(ring=4)
    slow = live.subscribe(["board"], live.position)
    await publish(live, *[interaction()] * 4)
    assert [number for _, number, _ in events(await slow.next())] == [1, 2, 3, 4]


async def test_large_changes_push_the_oldest_out_of_the_ring():
    live = feed(ids=5)
    slow = live.subscribe(["board"], live.position)
    quick = live.subscribe(["board"], live.position)
    await publish(live, Changed(touchpoint=frozenset({A, B})))
    await quick.next()
    await publish(live, *[Changed(touchpoint=frozenset({A, B}))] * 2)
    assert events(await slow.next()) == [("snapshot", 3, {})]
    assert [number for _, number, _ in events(await quick.next())] == [2, 3]


async def test_a_gap_of_the_listener_reaches_everybody():
    live = feed()
    narrow = live.subscribe([f"customer:{B}"], live.position)
    await publish(live, EVERYTHING)
    assert events(await narrow.next()) == [("change", 1, {"many": True})]


async def test_closing_ends_all_streams():
    live = feed()
    waiting = asyncio.create_task(live.subscribe(["board"], live.position).next())
    await asyncio.sleep(0)
    live.close()
    assert await waiting == b""


async def test_who_left_is_forgotten():
    live = feed()
    subscription = live.subscribe(["board", f"customer:{A}"])
    subscription.close()
    assert live._watchers == {}


async def test_the_feed_hears_the_listener():
    live = LiveFeed(ScriptedChanges(json.dumps({"queue": ["orders"]})), window=0)
    board = live.subscribe(["board"], live.position)
    await live.run()
    assert events(await board.next()) == [("change", 1, {"queue": ["orders"]})]


async def test_only_the_streams_of_who_was_logged_out_end():
    live = LiveFeed(ScriptedChanges('{"access" : "ana"}'), window=0)
    anas = live.subscribe(["board"], live.position, "ana")
    bens = live.subscribe(["board"], live.position, "ben")
    waiting = asyncio.create_task(anas.next())
    await live.run()
    assert await waiting == b""
    await publish(live, interaction())
    assert await anas.next() == b""
    assert events(await bens.next()) == [("change", 1, {"interaction": [A]})]


def test_a_payload_may_leave_anything_out():
    assert parse("{}") == Changed()
    assert parse(json.dumps({"interaction": [A]})) == interaction()
    assert parse('{"many": true}') == EVERYTHING


@pytest.mark.parametrize(
    "payload", ["", "[]", "7", '{"customer": ["x"]}', '{"queue": 7}']
)
def test_a_payload_that_cannot_be_read_is_everything(payload):
    assert parse(payload) == EVERYTHING


def test_too_many_ids_are_told_as_many():
    many = Changed(touchpoint=frozenset(UUID(int=n).hex for n in range(201)))
    assert many.as_json() == '{"many":true}'


@pytest.mark.parametrize(
    "text", ["", "queue:x", "interaction", "interaction:x", "agent", "agent:"]
)
def test_there_are_no_other_topics(text):
    with pytest.raises(ValueError):  # noqa: PT011
        topic(text)


def test_topics_are_written_as_changes_name_them():
    assert [topic("agent:ana"), topic("missed")] == ["agent:ana", "missed"]
    assert topic(f"interaction:{UUID(A)}") == f"interaction:{A}"


async def test_what_a_task_died_of_does_not_stop_the_others_from_being_stopped():
    async def dies():
        raise ValueError("a bug")

    task = asyncio.create_task(dies(), name="counting")
    await asyncio.wait([task])
    with capture_logs() as logged:
        await stop(task)
    assert [(one["event"], one["task"]) for one in logged] == [
        ("task_died", "counting")
    ]
