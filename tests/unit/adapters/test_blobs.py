"""Blobs on disk: any size comes back whole, and no change goes unseen."""

import asyncio
from dataclasses import replace

import pytest

from hub.adapters.files.blobs import CHUNK, FileBlobs
from hub.application.files import UnreadableFileError

SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5]
HEAD = 4 + 12
SEALED = HEAD + CHUNK + 16


@pytest.fixture
def blobs(tmp_path):
    return FileBlobs(tmp_path, b"s" * 32)


async def put(blobs, data, owner="one"):
    kind = "application/pdf"
    return await blobs.put(data, owner=owner, name="a.pdf", media_type=kind)


async def read(blobs, attachment):
    return b"".join([chunk async for chunk in blobs.read(attachment)])


def file_of(tmp_path, attachment):
    return tmp_path / attachment.blob[:2] / attachment.blob


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_put_comes_back(blobs, size):
    data = bytes(n % 251 for n in range(size))
    attachment = await put(blobs, data)
    assert attachment.size == size
    assert await read(blobs, attachment) == data


async def test_nothing_is_readable_on_disk(blobs, tmp_path):
    attachment = await put(blobs, b"secret" * 100)
    stored = file_of(tmp_path, attachment).read_bytes()
    assert b"secret" not in stored
    assert attachment.key not in stored


@pytest.mark.parametrize(
    "cut",
    [0, 2, 4, 10, HEAD, HEAD + 9, SEALED, SEALED + 2, 2 * SEALED, 2 * SEALED + 30],
)
async def test_a_cut_off_file_is_detected(blobs, tmp_path, cut):
    attachment = await put(blobs, bytes(2 * CHUNK + 99))
    path = file_of(tmp_path, attachment)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(UnreadableFileError):
        await read(blobs, attachment)


def swapped(stored):
    return stored[SEALED : 2 * SEALED] + stored[:SEALED] + stored[2 * SEALED :]


def without_the_first(stored):
    return stored[SEALED:]


def with_the_last_twice(stored):
    return stored + stored[2 * SEALED :]


def with_a_huge_length(stored):
    return b"\xff" + stored[1:]


def with_a_changed_bit(stored):
    return stored[:-1] + bytes([stored[-1] ^ 1])


@pytest.mark.parametrize(
    "change",
    [
        swapped,
        without_the_first,
        with_the_last_twice,
        with_a_huge_length,
        with_a_changed_bit,
    ],
)
async def test_a_changed_file_is_detected(blobs, tmp_path, change):
    attachment = await put(blobs, bytes(2 * CHUNK + 99))
    path = file_of(tmp_path, attachment)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(UnreadableFileError):
        await read(blobs, attachment)


async def test_another_key_does_not_open_it(blobs):
    one, other = await put(blobs, b"one"), await put(blobs, b"other")
    with pytest.raises(UnreadableFileError):
        await read(blobs, replace(one, key=other.key))


@pytest.mark.parametrize("blob", ["", "../x", "ab/cd", "nosuch"])
async def test_a_reference_to_nothing_is_not_found(blobs, blob):
    attachment = replace(await put(blobs, b"x"), blob=blob)
    with pytest.raises(FileNotFoundError):
        await read(blobs, attachment)


async def test_the_same_bytes_of_the_same_owner_are_one_file(blobs, tmp_path):
    first = await put(blobs, b"once")
    stored = file_of(tmp_path, first).read_bytes()

    assert await put(blobs, b"once") == first
    assert file_of(tmp_path, first).read_bytes() == stored
    assert await read(blobs, first) == b"once"


async def test_the_same_bytes_on_their_way_twice_hinder_nobody(blobs):
    first, second = await asyncio.gather(put(blobs, b"x"), put(blobs, b"x"))

    assert first == second
    assert await read(blobs, first) == b"x"


async def test_what_two_owners_have_alike_is_erased_for_one_of_them_only(
    blobs, tmp_path
):
    one, other = await put(blobs, b"alike"), await put(blobs, b"alike", owner="two")
    file_of(tmp_path, one).unlink()

    assert await read(blobs, other) == b"alike"


async def test_without_the_secret_no_content_can_be_guessed(blobs, tmp_path):
    ours = await put(blobs, b"a guess")
    theirs = await put(FileBlobs(tmp_path, b"t" * 32), b"a guess")

    assert theirs.blob != ours.blob
    assert theirs.key != ours.key


async def test_no_partial_file_is_left(blobs, tmp_path):
    await put(blobs, bytes(CHUNK))
    assert list(tmp_path.rglob("*.partial")) == []


async def test_what_is_removed_is_gone_and_may_be_removed_again(blobs):
    attachment = await put(blobs, b"data")
    await blobs.remove(attachment)
    await blobs.remove(attachment)
    with pytest.raises(FileNotFoundError):
        await read(blobs, attachment)
