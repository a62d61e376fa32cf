"""Master keys: what they wrap, where they are, and what is said without one."""

import base64
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from hub.adapters.keys.held import HeldKeys
from hub.adapters.keys.master import MasterKeyError, MasterKeys, master_id, parsed

OLD, NEW = b"o" * 32, b"n" * 32
KEYS = st.binary(min_size=32, max_size=32)


def held(tmp_path, given=""):
    return HeldKeys(given, tmp_path / "data" / "master.key")


@given(KEYS, KEYS, st.binary(min_size=16, max_size=16))
def test_what_one_wraps_it_unwraps(master, secret, id_):
    masters = MasterKeys(lambda: [NEW, master])
    wrapped = masters.wrap(id_, secret, master_id(master))
    assert secret not in wrapped
    assert masters.unwrap(id_, wrapped, master_id(master)) == secret


@given(st.integers(0, 60 * 8 - 1), KEYS)
def test_what_is_damaged_unwraps_to_no_key_of_ours(bit, secret):
    masters = MasterKeys(lambda: [OLD])
    wrapped = bytearray(masters.wrap(b"i" * 16, secret, master_id(OLD)))
    wrapped[bit // 8] ^= 1 << bit % 8
    with capture_logs() as logged:
        assert masters.unwrap(b"i" * 16, bytes(wrapped), master_id(OLD)) == bytes(32)
    assert [entry["event"] for entry in logged] == ["data_key_damaged"]


def test_what_is_wrapped_for_another_id_unwraps_to_no_key_of_ours():
    masters = MasterKeys(lambda: [OLD])
    wrapped = masters.wrap(b"i" * 16, NEW, master_id(OLD))
    with capture_logs():
        assert masters.unwrap(b"j" * 16, wrapped, master_id(OLD)) == bytes(32)


def test_one_that_was_added_meanwhile_is_read_when_it_is_needed():
    present = [OLD]
    masters = MasterKeys(lambda: list(present))
    present.insert(0, NEW)
    assert masters.ids == [master_id(OLD)]
    assert masters.wrap(b"i" * 16, b"s" * 32, master_id(NEW))
    assert masters.ids == [master_id(NEW), master_id(OLD)]


def test_one_that_is_missing_is_named_with_what_to_do():
    masters = MasterKeys(lambda: [OLD])
    with pytest.raises(
        MasterKeyError, match=f"{master_id(NEW)} is missing.*put it back"
    ):
        masters.unwrap(b"i" * 16, bytes(60), master_id(NEW))


def test_the_first_one_is_written_for_us_alone(tmp_path):
    keys = held(tmp_path)
    assert keys.read() == []
    first = keys.add()
    second = keys.add()
    assert keys.read() == [second, first]
    assert stat.S_IMODE(keys.file.stat().st_mode) == 0o600


def test_given_others_may_read_the_file_then_it_is_refused(tmp_path):
    keys = held(tmp_path)
    keys.add()
    keys.file.chmod(0o640)
    with pytest.raises(MasterKeyError, match=r"others may read .*: chmod 600 "):
        keys.read()


def test_given_the_environment_has_them_then_the_file_does_not_count(tmp_path):
    held(tmp_path).add()
    text = " ".join(base64.b64encode(key).decode() for key in (NEW, OLD))
    keys = held(tmp_path, text)
    assert keys.read() == [NEW, OLD]
    with pytest.raises(MasterKeyError, match="add a new one there"):
        keys.add()


@pytest.mark.parametrize("word", ["short", "c2hvcnQ=", "n" * 44, "é" * 44, "=" * 44])
def test_what_is_no_key_is_refused(word):
    with pytest.raises(MasterKeyError, match="base64 of 32 bytes"):
        parsed(f"{base64.b64encode(OLD).decode()}\n{word}\n")
