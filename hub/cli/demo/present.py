"""Goes on after the day: new conversations, and customers who answer."""

import asyncio
import random
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from connectors.sms.provider_fake import Message
from events import ids
from hub.cli.demo.content import Conversation, Customer, Mail, Scene, Step, Text
from hub.cli.demo.delivering import Delivery
from hub.cli.demo.inputs import Arrival, Moment, arrivals, call_event
from hub.cli.demo.letters import Before
from hub.cli.demo.place import Place
from hub.runtime.clock import Clock

__all__ = ["Pace", "Present"]

NOTHING = Before()


@dataclass(frozen=True, slots=True)
class Pace:
    """From how many to how many seconds lie between things."""

    arrivals: tuple[float, float] = (8, 20)
    answers: tuple[float, float] = (20, 50)


@dataclass(slots=True)
class Present:
    """The trickle; `run` ends only by cancellation."""

    scene: Scene
    place: Place
    clock: Clock
    delivery: Delivery
    pace: Pace = field(default_factory=Pace)
    # Who comes next is no secret.
    chance: random.Random = field(default_factory=random.Random)
    _underway: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Let something happen every few seconds."""
        try:
            await self._trickle()
        finally:
            for task in self._underway:
                task.cancel()

    async def _trickle(self) -> None:
        for key, events in self.place.calls.items():
            self._go(self._call(key, [call_event(one.encode()) for one in events]))
        while True:
            await self._pause(self.pace.arrivals)
            told, who = self._next()
            self._go(self._tell(told.steps, who, f"later-{self.place.told}"))
            self.place.told += 1
            self.place.save()

    def _next(self) -> tuple[Conversation, Customer]:
        """The next conversation, with another customer each time it comes round."""
        known = [one for one in self.scene.customers.values() if one.order]
        stories, number = self.scene.later, self.place.told
        # 7 shares no divisor with the number of customers, so all have their turn.
        return stories[number % len(stories)], known[number * 7 % len(known)]

    def _go(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._underway.add(task)
        task.add_done_callback(self._underway.discard)

    async def _tell(
        self, steps: Sequence[Step], who: Customer, key: str, before: Before = NOTHING
    ) -> None:
        day = f"{self.place.day:%Y%m%d%H%M%S}" if self.place.day else "0"
        for number, step in enumerate(steps):
            if number:
                await self._pause(self.pace.answers)
            moment = Moment(self.clock.now(), f"{key}-{number}-{day}")
            found = arrivals(self.scene, who, step, moment, before)
            if step.call:
                await self._call(moment.key, found)
                continue
            for arrival in found:
                await self.delivery.deliver(arrival)

    async def _call(self, key: str, events: Sequence[Arrival]) -> None:
        """Tell of a call to its end, though the demo stops and starts meanwhile.

        What was told already counts once.
        """
        self.place.calls[key] = [one.raw.data.decode() for one in events]
        self.place.save()
        if all([await self.delivery.deliver(one) for one in events]):
            del self.place.calls[key]
            self.place.save()

    def mail_heard(self, message: EmailMessage) -> None:
        """A customer got a mail: people answer people, and no machine."""
        who = self._by_email(parseaddr(str(message["To"]))[1])
        if who is None or message["Auto-Submitted"] not in {None, "no"}:
            return
        local = parseaddr(str(message["From"]))[1].partition("@")[0]
        ours = str(message["Message-ID"])
        wanted = Mail(
            to=local,
            subject=f"Re: {_without_re(str(message['Subject']))}",
            text=self.chance.choice(self.scene.answers),
            answers=True,
        )
        self._go(self._answer(Step(email=wanted), who, ours))

    def text_heard(self, message: Message) -> None:
        """A customer got a text message, and may answer it."""
        known = self.scene.customers.values()
        who = next((one for one in known if one.phone == message.to), None)
        if who is not None:
            text = self.chance.choice(self.scene.text_answers)
            step = Step(sms=Text(to="orders", text=text))
            self._go(self._answer(step, who, message.reference))

    async def _answer(self, step: Step, who: Customer, ours: str) -> None:
        if self.chance.random() < 0.3:  # noqa: PLR2004 - not everybody answers
            return
        await self._pause(self.pace.answers)
        key = f"answer-{ids.derived(ids.NAMESPACE, ours).hex}"
        await self._tell([step], who, key, Before(ours=ours))

    def _by_email(self, address: str) -> Customer | None:
        known = self.scene.customers.values()
        return next((one for one in known if one.email == address.casefold()), None)

    async def _pause(self, between: tuple[float, float]) -> None:
        await asyncio.sleep(self.chance.uniform(*between))


def _without_re(subject: str) -> str:
    return subject[3:].strip() if subject.casefold().startswith("re:") else subject
