"""Which forms of an address are one, as settings say it."""

from events import identify
from events.sameness import USUAL
from hub.bootstrap.parts import sameness_of
from hub.runtime.settings import Settings

PAIR = [identify.email(one) for one in ("a.b@firm.example", "ab+x@firm.example")]


def test_without_settings_the_usual_rules_hold():
    assert sameness_of(Settings()) == USUAL


def test_settings_replace_providers_and_leave_rules_out():
    provider = {"domains": ["firm.example"], "ignores_dots": True}
    one, other = map(sameness_of(Settings(identity={"providers": [provider]})).of, PAIR)
    assert one == other
    off = {"subaddresses": False, "providers": [], "phone_forms": []}
    one, other = map(sameness_of(Settings(identity=off)).of, PAIR)
    assert one != other
