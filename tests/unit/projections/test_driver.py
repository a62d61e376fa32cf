"""Pieces of the driver that need no database."""

import json

from hypothesis import given
from hypothesis import strategies as st

from projections.driver import MAX_PAYLOAD, Gap, _Batch, payloads
from projections.watermarks import sort_out
from tests.stored import EVENT

ids = st.uuids().map(lambda u: u.hex)
kinds = st.sampled_from(["customer", "interaction", "touchpoint"])


def record(position, previous, slice_=0):
    return EVENT._replace(position=position, previous=previous, slice=slice_)


def merged(texts):
    found = {}
    for text in texts:
        for kind, names in json.loads(text).items():
            found.setdefault(kind, []).extend(names)
    return found


@given(st.dictionaries(kinds, st.lists(ids, min_size=1, max_size=400)))
def test_payloads_fit_and_together_name_everything(touched):
    texts = list(payloads(touched))
    assert all(len(text) <= MAX_PAYLOAD for text in texts)
    assert {k: sorted(v) for k, v in merged(texts).items()} == {
        k: sorted(v) for k, v in touched.items()
    }


def test_nothing_touched_is_no_payload():
    assert list(payloads({})) == []


CHAIN = [record(2, 0), record(5, 2), record(9, 5), record(12, 9)]


def positions(records):
    return [r.position for r in records]


def test_what_is_known_is_skipped_and_what_follows_is_taken():
    found = sort_out(2, CHAIN)
    assert (positions(found.fresh), found.gap) == ([5, 9, 12], None)


def test_a_gap_stops_the_slice():
    found = sort_out(0, [CHAIN[0], *CHAIN[2:]])
    assert (positions(found.fresh), found.gap) == ([2], CHAIN[2])


@given(st.data(), st.sampled_from([0, 2, 5, 9, 12]))
def test_duplicates_in_any_place_change_nothing(data, mark):
    fed = []
    for index, new in enumerate(CHAIN):
        fed += data.draw(st.lists(st.sampled_from(CHAIN[: index + 1]), max_size=3))
        fed.append(new)
    assert positions(sort_out(mark, fed).fresh) == [
        p for p in (2, 5, 9, 12) if p > mark
    ]


class Named:
    def __init__(self, key):
        self.key = key


@given(st.permutations([0, 5, 9, 12]))
def test_the_gap_of_several_projections_covers_each_of_theirs(marks):
    names = [Named(f"p{n}") for n in range(len(marks))]
    batch = _Batch(
        {(p.key, 0): m for p, m in zip(names, marks, strict=True)}, CHAIN[1:]
    )
    for projection in names:
        list(batch.fresh(projection))
    assert batch.gaps == [Gap(0, after=0, before=5)]


@given(st.permutations([0, 2]))
def test_two_gaps_of_one_slice_are_one_from_the_first_to_the_last(marks):
    records = [CHAIN[1], CHAIN[3]]
    names = [Named(f"p{n}") for n in range(2)]
    batch = _Batch({(p.key, 0): m for p, m in zip(names, marks, strict=True)}, records)
    for projection in names:
        list(batch.fresh(projection))
    # One misses 2 and more, the other has 5 now and misses 9.
    assert batch.gaps == [Gap(0, after=0, before=12)]
