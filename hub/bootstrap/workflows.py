"""The workflows role: events from Kafka into the commands that workflows give."""

import asyncio
from contextlib import closing
from functools import partial
from typing import Final

from events import wire
from hub.adapters.cel import CelCompiler
from hub.adapters.postgres.recorder import open_recorder
from hub.adapters.postgres.workflow_store import PostgresWorkflowStore
from hub.application.finding import Finding
from hub.application.workflows import WorkflowAgent
from hub.bootstrap.configured import configured_of
from hub.bootstrap.deciding import rules_of
from hub.bootstrap.parts import database_of, kafka_of, reader_of
from hub.runtime.clock import SystemClock
from hub.runtime.pacing import Pace
from hub.runtime.settings import Settings
from hub.streams.app import batch_agent, create_app, run_app
from hub.streams.firing import FiringHandler
from hub.streams.healing import Healer
from hub.streams.merging import Merging
from hub.workflows.definition import load

GROUP: Final = "touchline-workflows"
PACE_SECONDS: Final = 0.2
"""Nobody waits for an acknowledgement; many small batches would cost far more."""


async def run_workflows(settings: Settings, stop: asyncio.Event) -> None:
    """Events from Kafka into the commands that workflows give."""
    clock = SystemClock()
    recorder = open_recorder(database_of(settings))
    definitions = load(settings.workflows, CelCompiler())
    with closing(recorder.datastore), configured_of(settings, recorder) as configured:
        async with reader_of(settings) as source:
            store = PostgresWorkflowStore(recorder, clock)
            rules = rules_of(settings, configured, recorder.datastore)
            finding = Finding(rules, clock, settings.default_region)
            agent = WorkflowAgent(store, rules, definitions, clock, finding)
            agent.start()
            handler = FiringHandler(
                agent, source, store.marks, settings.streams.hold_seconds
            )
            await _consume(settings, handler, stop)


async def _consume(
    settings: Settings, handler: FiringHandler, stop: asyncio.Event
) -> None:
    app = create_app(GROUP, kafka_of(settings), settings.data_dir / "workflows")
    pace = Pace(PACE_SECONDS, enough=settings.streams.batch)
    read = partial(wire.noticed_from, handler.agent.triggers())
    batch_agent(app, Merging(handler.handle, pace).handle, read)
    async with asyncio.TaskGroup() as group:
        group.create_task(Healer(handler).run(stop))
        group.create_task(run_app(app, stop))
