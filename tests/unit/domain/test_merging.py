"""Which merges may be, and what a merge leaves behind."""

from uuid import UUID

import pytest

from events.merging import CustomerAbsorbed, CustomerMerged, CustomerUnmerged
from hub.domain.handing_over import Actor
from hub.domain.interaction import RuleError
from hub.domain.known import CustomerHead, Link
from hub.domain.merging import linked, may_merge, may_unmerge

ANA, BEN, CARLA, MERGE = (UUID(int=n) for n in range(1, 5))
LINK = Link(BEN, MERGE, "ana")


def head(customer, link=None, root=None, *, erased=False):
    top = root or (link.into if link else customer)
    return CustomerHead(customer, 3, top, link, erased)


def test_two_roots_may_be_merged():
    assert may_merge(head(ANA), BEN, head(BEN))


def test_what_is_one_already_is_left_as_it_is():
    assert not may_merge(head(ANA, LINK), BEN, head(BEN))
    assert not may_merge(head(ANA, LINK), CARLA, head(BEN))


@pytest.mark.parametrize(
    ("part", "other", "whole", "words"),
    [
        (head(ANA), ANA, head(ANA), "one and the same"),
        (head(BEN), ANA, head(BEN), "one customer already"),
        (head(ANA, LINK), CARLA, head(CARLA), "a part of another one already"),
        (head(ANA, erased=True), BEN, head(BEN), "erased"),
        (head(ANA), BEN, head(BEN, erased=True), "erased"),
    ],
    ids=["itself", "its root", "elsewhere", "erased", "into the erased"],
)
def test_what_may_not_be_merged_is_said(part, other, whole, words):
    with pytest.raises(RuleError, match=words):
        may_merge(part, other, whole)


def test_a_link_is_there_from_its_merge_until_that_is_undone():
    link = linked(None, CustomerMerged(BEN, MERGE), "ana")
    assert link == LINK
    assert linked(link, CustomerAbsorbed(CARLA, ANA), "ben") == LINK
    assert linked(link, CustomerUnmerged(CARLA, ANA), "ben") == LINK
    assert linked(link, CustomerUnmerged(BEN, MERGE), "ben") is None


def test_an_undo_names_the_merge_that_holds_or_changes_nothing():
    assert may_unmerge(head(ANA, LINK), None, Actor("ana")) == LINK
    assert may_unmerge(head(ANA, LINK), MERGE, Actor("ana")) == LINK
    assert may_unmerge(head(ANA, LINK), CARLA, Actor("ana")) is None
    assert may_unmerge(head(ANA), MERGE, Actor("ana")) is None


def test_who_merged_may_undo_and_a_supervisor():
    boss = Actor("sue", supervisor=True)
    assert may_unmerge(head(ANA, LINK), None, boss) == LINK
    with pytest.raises(RuleError, match="ana merged these customers"):
        may_unmerge(head(ANA, LINK), None, Actor("ben"))


def test_what_is_no_part_has_no_way_back():
    with pytest.raises(RuleError, match="not a part of another"):
        may_unmerge(head(ANA), None, Actor("ana"))
