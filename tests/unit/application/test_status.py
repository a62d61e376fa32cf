"""What somebody has to look at, of all roles or of one."""

import pytest

from hub.application.status import Hop, Outbound, Status, of_role, problems

STATUS = Status(
    head=9,
    hops=[
        Hop("touchline.touchpoints.email", "intake", lag=1, seconds=61.0),
        Hop("relay", "relay", lag=1, seconds=59.0),
        Hop("queue_board_v1", "streams", lag=0, note="stopped: KeyError"),
        Hop("workflows", "workflows", lag=0),
        Hop("replies", "connector run", lag=0),
    ],
    outbound=[Outbound("email", "claimed", 1, overdue=61.0)],
)


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("intake", ["touchline.touchpoints.email: 1 min late"]),
        ("relay", []),
        ("streams", ["queue_board_v1: stopped: KeyError"]),
        ("workflows", []),
        ("connector", ["email: 1 min late to send"]),
    ],
)
def test_given_several_that_are_late_then_a_role_answers_for_its_own(role, said):
    found = problems(of_role(STATUS, role))
    assert [text.partition(",")[0].partition(";")[0] for text in found] == said


def test_given_no_role_then_all_of_them_are_said():
    assert len(problems(STATUS)) == 3
