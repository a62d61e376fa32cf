"""What a change made of an item, for people to read."""

from hub.domain.differences import Difference, differences

OLD = '{"title": "Care", "numbers": [], "default": true, "reopen_days": 14}'
NEW = '{"title": "Help", "numbers": ["+491", "+492"], "default": false, "order": 2}'


def test_only_fields_that_differ_are_named():
    assert differences(OLD, OLD) == ()
    assert differences(OLD, NEW) == (
        Difference("title", "Care", "Help"),
        Difference("numbers", "", "+491, +492"),
        Difference("default", "yes", "no"),
        Difference("order", "", "2"),
        Difference("reopen_days", "14", ""),
    )


def test_what_is_new_had_nothing_before():
    assert differences(None, '{"title": "Care"}') == (Difference("title", "", "Care"),)
    assert differences('{"title": "Care"}', None) == (Difference("title", "Care", ""),)
