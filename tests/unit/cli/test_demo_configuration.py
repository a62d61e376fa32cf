"""What the demo's shop has set up fits its queues and its people."""

from hub.bootstrap.first_configuration import first_configuration
from hub.cli.demo.configuring import items
from hub.cli.demo.content import scene
from hub.domain.configuring import ImportItems
from hub.domain.consistency import Around
from hub.runtime.settings import Settings
from tests.unit.domain.configurations import Told


def test_it_fits_together(no_settings):
    people = [one.username for one in scene().people if "agent" in one.roles]
    first = first_configuration(Settings(queues=scene().queues))
    told = Told(Around(people, {}, {}, "DE"), first)
    told.when(ImportItems(items()), "sofia")
    now = told.in_force
    assert {"billing", "orders"} <= set(now.queues)
    assert len(now.groups) == 2
    assert [*now.dispositions][:3] == ["solved", "answered", "no_reply_needed"]
