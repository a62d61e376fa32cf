"""Histories that the rules can produce: touchpoints, agents' commands, replies."""

from contextlib import suppress
from datetime import timedelta

from hypothesis import strategies as st

from events import ids
from events.personal import PersonalAddress
from hub.domain import interaction as rules
from hub.domain.beginning import Noted
from hub.domain.due import fall_due
from hub.domain.handing_over import (
    Actor,
    assign,
    assign_to_group,
    close,
    follow_up,
    move,
    put_back,
)
from hub.domain.holding import withdraw
from hub.domain.interaction import RuleError
from hub.domain.known import InteractionHead, Known
from hub.domain.marking import prioritise, tag
from hub.domain.recording import Cause, Recorder, event_id
from hub.domain.repeating import repeat
from hub.domain.replying import Asked, Draft, reply
from tests.unit.domain.corrections import CORRECTIONS, correct
from tests.unit.domain.noting import note
from tests.unit.domain.story import Story
from tests.unit.domain.touchpoints import (
    ANA,
    ANAS_PHONE,
    BEN,
    at,
    call,
    form,
    mail,
    report,
    sms,
)

people = st.sampled_from([ANA, BEN, "eve@example.com"])
phones = st.sampled_from([ANAS_PHONE, "+34622222222"])
anyone = phones | st.just("anonymous")
moments = st.integers(min_value=0, max_value=60 * 24 * 30).map(lambda m: at(minutes=m))
few = st.integers(min_value=0, max_value=6)
keys = few.map(lambda n: f"<{n}@a>")
odd_texts = st.sampled_from(["Hi", "", "a\x00b", "🦉\u202e", '{"a": [1]}', "\\u0000"])
mails = st.builds(
    mail,
    keys,
    people,
    when=moments,
    answers=st.lists(keys, max_size=2),
    cc=st.lists(people, max_size=2),
    automatic=st.sampled_from(["", "auto-replied"]),
    text=odd_texts,
    attributes=st.dictionaries(odd_texts, odd_texts, max_size=2),
)
texts = st.builds(sms, few.map(str), phones, when=moments)
forms = st.builds(
    lambda n, stated, when: form(str(n), *stated, when=when),
    few,
    st.lists(people | phones, max_size=3),
    moments,
)
calls = st.builds(
    call,
    st.sampled_from(["c1", "c2"]),
    st.sampled_from(["ringing", "answered", "held", "transferred", "ended"]),
    when=moments,
    sender=anyone,
    agent=st.sampled_from(["", "ana", "ben"]),
    leg=st.sampled_from(["", "c3"]),
    direction=st.sampled_from(["in", "out"]),
)
touchpoints = mails | texts | forms | calls
batches = st.lists(touchpoints, max_size=14)

agents = st.sampled_from(["ana", "ben"])
commands = st.tuples(
    st.sampled_from(
        [
            "take",
            "put_back",
            "close",
            "reopen",
            "reply",
            "hold",
            "withdraw",
            "repeat",
            "report",
            "defer",
            "due",
            "assign",
            "move",
            "for_group",
            "urgent",
            "tag",
            *CORRECTIONS,
        ]
    ),
    st.integers(min_value=0, max_value=20),
    agents,
    moments,
)
notings = st.builds(
    lambda address, when, ago, **what: (
        "note",
        address,
        Noted(happened_at=when - ago, subject="Hm", text="Hm.", **what),
        when,
    ),
    people,
    moments,
    st.sampled_from([timedelta(), timedelta(hours=3), timedelta(days=300)]),
    channel=st.sampled_from(["phone", "letter"]),
    direction=st.sampled_from(["in", "out"]),
    queue=st.sampled_from(["", "sales"]),
    disposition=st.sampled_from(["", "solved"]),
)
histories = st.lists(touchpoints | commands | notings, max_size=16)


def told(history):
    """The story of touchpoints and commands, one after the other."""
    story = Story()
    for number, step in enumerate(history):
        if isinstance(step, tuple):
            with suppress(RuleError):
                act(story, number, step)
        else:
            story.when(step)
    return story


def act(story, number, step):
    """Carry out a command on one of the interactions, if there is any."""
    what, which, actor, when = step
    if what == "note":
        cause_id = ids.derived(ids.NAMESPACE, f"noted {number}")
        note(story, which, actor, Cause(cause_id, cause_id, "ana", when))
        return
    interactions = list(story.memory.known.interactions)
    if not interactions:
        return
    stream = interactions[which % len(interactions)]
    state = rules.fold(stream, story.memory.streams[stream])
    cause_id = ids.derived(ids.NAMESPACE, f"command {number}")
    cause = Cause(cause_id, cause_id, actor, when)
    if what == "report":
        _report(story, which, when)
        return
    if what in CORRECTIONS:
        other = interactions[-1 - which % len(interactions)]
        correct(story, what, (stream, other), cause)
        return
    recorder = Recorder(
        story.rules, Known(customers=dict(story.memory.known.customers))
    )
    head = InteractionHead(
        stream, state.version, state.number, state.customer, state.lifecycle
    )
    _write(story, recorder, (state, head), what, cause)
    for event in _decided(what, state, actor, when):
        id_ = event_id(cause.id, stream, type(event))
        head = recorder.on_interaction(head, event, cause, id_)
    story.memory.write(recorder.writes)


def _decided(what, state, actor, when):
    later = when + timedelta(days=2)
    commands = {
        "take": lambda: rules.take(state, actor),
        "put_back": lambda: put_back(state, Actor(actor)),
        "close": lambda: close(state, Actor(actor), "solved", ["solved"]),
        "reopen": lambda: rules.reopen(state),
        "defer": lambda: follow_up(state, Actor(actor), later, when),
        "withdraw": lambda: [
            event
            for held in state.written.held
            for event in withdraw(state, Actor(actor, supervisor=True), held)
        ][:1],
        "assign": lambda: assign(state, Actor(actor, supervisor=True), "eve"),
        "move": lambda: move(state, Actor(actor), "sales", ["sales"]),
        "for_group": lambda: assign_to_group(
            state, Actor(actor, supervisor=True), "lenses", ["lenses"]
        ),
        "urgent": lambda: prioritise(state, "urgent"),
        "tag": lambda: tag(state, [actor], []),
    }
    return commands.get(what, list)()


def _write(story, recorder, stands, what, cause):
    state, head = stands
    match what:
        case "reply" | "hold":
            due_at = cause.at + timedelta(seconds=10) if what == "hold" else None
            draft = Draft(cause.id, cause.actor, "Well")
            reply(recorder, head, _asked(story, state), draft, cause, due_at)
        case "repeat":
            for old in list(state.written.sent)[-1:]:
                wanted = (old, True)
                repeat(recorder, state, head, _asked(story, state), wanted, cause)
        case "due":
            fall_due(recorder, state, head, cause.at)


def _asked(story, state):
    asked = state.answerable
    address = (asked and story.opened(asked.event)) or PersonalAddress()
    return Asked(state.channel, address)


def _report(story, which, when):
    sent = [
        e.event.touchpoint_id
        for e in story.memory.events
        if type(e.event).__name__ == "ReplySent"
    ]
    states = ["sent", "delivered", "failed", "bounced", "uncertain"]
    if sent:
        outbound, state = sent[which % len(sent)], states[which % len(states)]
        story.when(report(outbound, state, when=when))
