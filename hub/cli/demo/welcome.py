"""The demo's people, and what is said once everything is there."""

from typing import Final

from events.personal import PersonalProfile
from hub.adapters.postgres.keys import installation_key
from hub.bootstrap.parts import database_of
from hub.bootstrap.services import Services
from hub.cli.children import targets
from hub.cli.demo.content import SHOP, Scene
from hub.cli.demo.delivering import PATHS
from hub.cli.demo.place import Place
from hub.cli.stack import Stack
from hub.domain.person import Manager
from hub.web.demo import demo_link

__all__ = ["add_people", "ways_in", "welcome"]

DEMO: Final = Manager("demo", frozenset({"admin"}))


async def add_people(services: Services, scene: Scene) -> None:
    """Create the demo's people; they have no passwords, links let them in."""
    known = await services.accounts.display_names()
    for person in scene.people:
        if person.username not in known:
            profile = PersonalProfile(person.name)
            await services.staff.invite(DEMO, person.username, profile, person.roles)


def welcome(stack: Stack, place: Place, scene: Scene) -> None:
    """Print where to look, as plain lines: they are often read in a log."""
    secret = installation_key(database_of(stack.settings), "session_hmac")
    print(f"\n{SHOP} is open: {stack.url}\n")
    print("Log in with one click as")
    for person in scene.people:
        print(f"  {person.name:16} {'/'.join(person.roles):18} {person.about}")
        print(f"    {demo_link(stack.url, person.username, secret)}")
    print("\nBe a customer")
    for line in ways_in(stack, scene):
        print(f"  {line}")
    print("\nWhat was sent stays here")
    print(f"  mail   {place.sent_mail}")
    print(f"  texts  {place.sent_texts}")
    print(f"\nSettings and secrets: {place.config}")
    print("\nSomething new happens every few seconds. Ctrl-C stops everything.")
    print("The data stays; touchline reset forgets it.", flush=True)


def ways_in(stack: Stack, scene: Scene) -> list[str]:
    """How to try each channel by hand: what to send, and where."""
    listening = {name: f"{host}:{port}" for name, host, port in targets(stack.settings)}
    address, line = scene.queues[0].addresses[0], scene.queues[0].numbers[0]
    mobile = ", ".join(scene.mobile_numbers())
    known = {form for queue in scene.queues for form in queue.forms}
    forms = ", ".join(sorted(known - {"contact"}))
    return [
        f"form   http://{listening['webform']}/forms/contact   (also {forms})",
        f"mail   by SMTP to {listening['email']}, for example to {address}",
        f"text   to {mobile}: POST to http://{listening['sms']}{PATHS['sms']}",
        f"call   to {line}: POST to http://{listening['phone']}{PATHS['phone']}",
        "       Both are signed; docs/connectors.md has the bodies and a script.",
    ]
