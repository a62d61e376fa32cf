"""Log lines: one shape, and nothing personal in them."""

import io
import json
import logging

import pytest
import structlog

from hub.runtime.logging import MASK, configure_logging


@pytest.fixture
def lines():
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    stream = io.StringIO()
    configure_logging("INFO", json=True, stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def test_a_line_is_json_with_level_time_and_logger(lines):
    structlog.get_logger("touchline.intake").info("stored", count=3)
    [line] = lines()
    assert line["event"] == "stored"
    assert (line["level"], line["logger"]) == ("info", "touchline.intake")
    assert line["count"] == 3
    assert line["timestamp"].endswith("Z")


def test_lines_for_people_are_plain_where_nobody_sees_colours(lines):
    stream = io.StringIO()
    configure_logging("INFO", json=False, stream=stream)
    structlog.get_logger("touchline.demo").warning("not delivered", connector="sms")
    assert "\x1b" not in stream.getvalue()
    assert "not delivered" in stream.getvalue()
    assert "connector=sms" in stream.getvalue()


def test_personal_keys_are_masked_at_any_depth(lines):
    structlog.get_logger().warning("x", sender="a@b", mail={"Subject": "hi", "n": 1})
    [line] = lines()
    assert line["sender"] == MASK
    assert line["mail"] == {"Subject": MASK, "n": 1}


def test_items_of_lists_are_looked_into(lines):
    structlog.get_logger().warning("x", rows=[{"token": "t"}])
    assert lines()[0]["rows"] == [{"token": MASK}]


def test_library_lines_take_the_same_road(lines):
    logging.getLogger("some.library").warning("it %s", "works")
    assert lines()[0]["event"] == "it works"


def test_chatty_libraries_are_quiet(lines):
    logging.getLogger("aiokafka.consumer").info("noise")
    assert lines() == []


def test_a_library_that_repeats_itself_is_heard_once_in_a_while(lines):
    for port in range(50):
        logging.getLogger("aiokafka").error("Unable connect to node %s", port)
    logging.getLogger("aiokafka").error("Unable to update metadata")
    said = [line["event"] for line in lines()]
    assert said == ["Unable connect to node 0", "Unable to update metadata"]


def test_our_own_lines_are_never_left_out(lines):
    for _ in range(3):
        structlog.get_logger("touchline.relay").warning("relay_waits")
    assert len(lines()) == 3


def test_lines_below_the_level_are_dropped(lines):
    structlog.get_logger().debug("detail")
    assert lines() == []


def test_a_traceback_tells_no_local_values(lines):
    letter = "dear sir"
    try:
        raise RuntimeError(len(letter))
    except RuntimeError:
        structlog.get_logger().exception("failed")
    [line] = lines()
    assert "RuntimeError: 8" in line["exception"]
    assert letter not in json.dumps(line)


def test_people_get_plain_lines():
    stream = io.StringIO()
    configure_logging("INFO", json=False, stream=stream)
    structlog.get_logger().info("hello", text="private")
    assert "hello" in stream.getvalue()
    assert "private" not in stream.getvalue()
    structlog.reset_defaults()
