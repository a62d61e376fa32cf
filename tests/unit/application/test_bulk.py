"""One command on many interactions: what is refused holds up nothing else."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from hub.application import bulk, token
from hub.application.bulk import Result, carry_out
from hub.application.errors import ConflictError, NotFoundError, RefusedError
from hub.domain.handing_over import Actor
from tests.unit.web.kit import RecordingDesk

SUE = Actor("sue", supervisor=True)
ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))
DUE = datetime(2026, 12, 1, tzinfo=UTC)


class Desk(RecordingDesk):
    """Refuses some, and answers a token for the others."""

    def __init__(self, **refusals):
        super().__init__()
        self.refusals = refusals
        self.positions = {}

    def _note(self, *what):
        super()._note(*what)
        refusal = self.refusals.get(str(what[1].int))
        if refusal is not None:
            raise refusal
        return token.encode(self.positions.get(what[1], {}))


async def test_each_result_stands_for_itself():
    held = RefusedError("ben has this interaction.")
    gone = NotFoundError("There is no such interaction.")
    desk = Desk(**{"1": held, "3": gone})
    results = await carry_out(desk, [ONE, TWO, THREE], SUE, bulk.Assign("ana"))
    assert results.items == (Result(ONE, held), Result(TWO), Result(THREE, gone))
    assert (results.done, len(results.refused)) == (1, 2)


async def test_who_was_faster_is_told():
    desk = Desk(**{"1": ConflictError("Others were faster.")})
    results = await carry_out(desk, [ONE], SUE, bulk.PutBack())
    assert [str(one.refusal) for one in results.items] == ["Others were faster."]


async def test_what_is_named_twice_is_done_once():
    desk = Desk()
    await carry_out(desk, [ONE, ONE], SUE, bulk.Move("billing"))
    assert desk.asked == [("move", ONE, SUE, "billing")]


async def test_the_token_is_of_all_that_was_done():
    desk = Desk()
    desk.positions = {ONE: {3: 10, 4: 2}, TWO: {3: 12}}
    results = await carry_out(desk, [TWO, ONE], SUE, bulk.Prioritise("high"))
    assert token.decode(results.after) == {3: 12, 4: 2}


@pytest.mark.parametrize(
    ("order", "asked"),
    [
        (bulk.Assign("ana"), ("assign", ONE, SUE, "ana")),
        (bulk.AssignToGroup("care"), ("assign_to_group", ONE, SUE, "care")),
        (bulk.Move("billing"), ("move", ONE, SUE, "billing")),
        (bulk.Prioritise("high"), ("prioritise", ONE, "sue", "high")),
        (bulk.Tag(("a",), ("b",)), ("tag", ONE, "sue", ("a",), ("b",))),
        (bulk.Close("solved"), ("close", ONE, SUE, "solved")),
        (bulk.PutBack(), ("put_back", ONE, SUE)),
        (bulk.FollowUp(DUE), ("follow_up", ONE, SUE, DUE)),
    ],
    ids=str,
)
async def test_every_order_is_the_command_of_one_interaction(order, asked):
    desk = Desk()
    await carry_out(desk, [ONE], SUE, order)
    assert desk.asked == [asked]
