"""The status on pages and in the API: the words of `touchline status`."""

import asyncio
from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from hub.application.intake import StoreUnavailableError
from hub.application.status import Hop, Outbound, Status, problems
from hub.runtime.clock import FixedClock
from hub.web.measuring import Measuring
from tests.unit.web import kit

LATE = Status(
    head=412,
    hops=[
        Hop("relay", "relay", 0),
        Hop("queue_board_v1", "streams", 7, 3900.0),
        Hop("workflows", "workflows", 412, note="never ran"),
    ],
    outbound=[Outbound("sms", "claimed", 3, 90.0, 80.0)],
    parked={"rejected": 2},
    database_bytes=2**29,
    disk_free_bytes=2**34,
)


async def late():
    return LATE


async def away():
    raise StoreUnavailableError


def web(url, status):
    people = kit.person("omar", "ops"), kit.person("ivo", "integrator")
    return kit.web(*people, url=url, status=status)


async def seen(services, path="/status", name="omar", **headers):
    browser = await kit.logged_in(services, name)
    answer = await browser.get(path, headers=headers)
    await services.engine.dispose()
    return answer


def words(tree, selector):
    return [" ".join(node.text(separator=" ").split()) for node in tree.css(selector)]


async def test_operators_see_every_hop_and_what_to_do(url):
    tree = LexborHTMLParser((await seen(web(url, late))).text)
    assert words(tree, ".notice li") == problems(LATE)
    assert words(tree, "tr.bad th") == ["queue_board_v1", "workflows"]
    assert "queue_board_v1 7 1 h 5 min" in words(tree, "tr.bad")
    assert {"rejected 2", "sms claimed 3 1 min"} <= set(words(tree, "tbody tr"))
    assert LATE.disk in tree.text()


async def test_when_all_is_well_the_page_says_so(url):
    tree = LexborHTMLParser((await seen(web(url, kit.healthy))).text)
    assert words(tree, ".notice")[0].startswith("All is well")
    assert "Nothing is parked." in words(tree, "p")


async def test_the_part_that_changes_is_asked_for_alone(url):
    answer = await seen(web(url, late), **{"HX-Request": "true"})
    assert "<html" not in answer.text
    assert "412" in answer.text


async def test_an_operators_first_page_asks_for_the_status(url, rows):
    tree = LexborHTMLParser((await seen(web(url, late), "/")).text)
    part = tree.css_first("[hx-get='/status']")
    assert part.attributes["hx-trigger"] == "load, every 5s"


@pytest.mark.parametrize("name", ["omar", "ivo"])
async def test_programs_get_the_document_of_the_command(url, name):
    answer = (await seen(web(url, late), "/api/v1/status", name)).json()
    assert (answer["healthy"], answer["problems"]) == (False, problems(LATE))
    assert [hop["lag"] for hop in answer["hops"]] == [0, 7, 412]
    assert answer["parked"] == {"rejected": 2}


async def test_without_a_database_nothing_is_shown_as_well(url):
    answer = await seen(web(url, away), **{"HX-Request": "true"})
    assert answer.status_code == 503
    assert "database does not answer" in answer.text
    assert "hx-trigger" not in answer.headers, "a refresh that asks for a refresh"


async def test_many_who_look_at_once_measure_once():
    clock = FixedClock(kit.NOW)
    measured = []

    async def measure():
        measured.append(clock.now())
        return LATE

    measuring = Measuring(measure, clock)
    await asyncio.gather(*(measuring.latest() for _ in range(5)))
    assert len(measured) == 1
    clock.advance(timedelta(seconds=4))
    assert (await measuring.latest()).at == clock.now()
    assert len(measured) == 2
