"""What the reference's own services make of a database, one pass each, at given instants.

Reads JSON on standard input: rows, the path or name of a copy, and passes (an instant and names of services). Fills the
empty database that PREFECT_API_DATABASE_CONNECTION_URL names, copies it, runs the passes with a clock that hardly moves,
and prints what left the database: events, and cleanups that workers are to do.
"""

import asyncio
import datetime
import inspect
import json
import shutil
import sys
import types
import warnings

import asyncpg
import sqlalchemy as sa

import prefect.server.database.orm_models as orm
from prefect.server.database.dependencies import provide_database_interface
from prefect.server.events.clients import PrefectServerEventsClient
from prefect.server.services import cancellation_cleanup, db_vacuum, foreman, late_runs, pause_expirations, scheduler
from prefect.server.utilities.database import Timestamp
from prefect.types import _datetime

db = provide_database_interface()
real_now = _datetime.now
clock = None
events = []
cleanups = []


def tick(tz="UTC"):
    """States of a run must not have the same time."""
    global clock
    clock += datetime.timedelta(microseconds=1)
    return clock


def stand_still():
    """Every module that has taken the clock gets one that hardly moves."""
    for module in list(sys.modules.values()):
        if getattr(module, "now", None) is real_now:
            module.now = tick


async def emit(client, event):
    received = event.receive()
    events.append(received.model_dump(mode="json"))
    return received


async def enter(client):
    return client


async def leave(client, *error):
    return None


PrefectServerEventsClient.emit = emit
PrefectServerEventsClient.__aenter__ = enter
PrefectServerEventsClient.__aexit__ = leave


class CleanupQueue:
    async def enqueue(self, **message):
        cleanups.append({key: str(value) if key.endswith("_id") else value for key, value in message.items()})
        return types.SimpleNamespace(message_id=message["message_id"])


class Docket:
    """Keeps what is to be done, until the service is through."""

    def __init__(self):
        self.tasks = []

    def add(self, function, key=None, when=None):
        async def schedule(*args, **kwargs):
            if when is None or when <= clock:
                self.tasks.append((function, args, kwargs))

        return schedule

    replace = add

    async def call(self, function, *args, **kwargs):
        known = {"docket": self, "db": db, "cleanup_queue": CleanupQueue(), "perpetual": None, "retry": None}
        wanted = inspect.signature(function).parameters
        await function(*args, **kwargs, **{name: value for name, value in known.items() if name in wanted})


SERVICES = {
    function.__name__: function
    for function in (
        scheduler.schedule_deployments,
        scheduler.schedule_recent_deployments,
        late_runs.monitor_late_runs,
        foreman.monitor_worker_health,
        pause_expirations.monitor_expired_pauses,
        cancellation_cleanup.monitor_cancelled_flow_runs,
        cancellation_cleanup.monitor_subflow_runs,
        cancellation_cleanup.ensure_cancelling_timeout_checks,
        db_vacuum.schedule_event_vacuum_tasks,
        db_vacuum.schedule_vacuum_tasks,
        db_vacuum.schedule_orphan_vacuum_tasks,
    )
}


async def run(service):
    docket = Docket()
    await docket.call(SERVICES[service])
    while docket.tasks:
        function, args, kwargs = docket.tasks.pop(0)
        await docket.call(function, *args, **kwargs)


def entity(table):
    return next(mapper.class_ for mapper in orm.Base.registry.mappers if mapper.local_table.name == table)


def bound(column, value):
    return datetime.datetime.fromisoformat(value) if value and isinstance(column.type, Timestamp) else value


async def seed(rows):
    async with (await db.engine()).connect() as connection:
        # rows may refer to rows that come later, and to some that never come
        if connection.dialect.name == "sqlite":
            driver = (await connection.get_raw_connection()).driver_connection
            await driver.execute("PRAGMA foreign_keys = OFF")
        else:
            await connection.execute(sa.text("SET session_replication_role = replica"))
        for name, members in rows.items():
            columns = entity(name).__table__.c
            for row in members:
                values = {key: bound(columns[key], value) for key, value in row.items()}
                await connection.execute(sa.insert(entity(name).__table__).values(**values))
        await connection.commit()


async def copy(target):
    engine = await db.engine()
    url = engine.url
    # connections that have checked no references
    await engine.dispose()
    if url.get_backend_name() == "sqlite":
        async with engine.connect() as connection:
            await connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        shutil.copy(url.database, target)
        return
    admin = await asyncpg.connect(host=url.host, port=url.port, user=url.username, password=url.password, database="postgres")
    await admin.execute(f'CREATE DATABASE "{target}" TEMPLATE "{url.database}"')
    await admin.close()


async def main():
    global clock
    asked = json.load(sys.stdin)
    await db.create_db()
    await seed(asked["rows"])
    await copy(asked["copy"])
    stand_still()
    for instant, services in asked["passes"]:
        clock = _datetime.create_datetime_instance(datetime.datetime.fromisoformat(instant))
        for service in services:
            await run(service)
    print(json.dumps({"events": events, "cleanups": cleanups}, default=str))


warnings.simplefilter("ignore")
asyncio.run(main())
