"""The stored keys, as processes that hold the tests' master key open them."""

import os

from hub.adapters.keys.master import MasterKeys, parsed
from hub.adapters.keys.opening import KeyOpening
from hub.adapters.keys.sealer import KeySealer, UnwrappedKeys

HELD = parsed(os.environ["TOUCHLINE_MASTER_KEY"])


def held():
    return HELD


def keys(read=held):
    """What a process knows that has read no key yet."""
    return UnwrappedKeys(MasterKeys(read))


def sealer_on(datastore, read=held):
    return KeySealer(datastore, keys(read))


def opening():
    return KeyOpening(keys())
