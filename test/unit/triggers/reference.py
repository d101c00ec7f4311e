"""Writes stream.json.gz: a seeded stream of events and what the reference's triggers make of it.

    python reference.py [--seed N] [--events N] [--automations N] [--out FILE]

Run it with the reference's Python. The automations are of all kinds; the events come late, early, twice, before the event
that they follow; the clock is virtual. The answer has, for each firing of an automation, the labels, the events that led to
it and the actions, and in the end the buckets and the firings that composite triggers still wait with. Steps are 10 ms apart
or more, and what the clock is read in between counts as microseconds.
"""
import argparse, asyncio, copy, datetime as dt, gzip, json, os, pathlib, random, tempfile, uuid
from contextlib import asynccontextmanager

home = tempfile.mkdtemp()
os.environ.update(PREFECT_HOME=home, PREFECT_API_DATABASE_CONNECTION_URL=f"sqlite+aiosqlite:///{home}/prefect.db",
                  PREFECT_LOGGING_SERVER_LEVEL="CRITICAL", PREFECT_LOGGING_LEVEL="CRITICAL")

import sqlalchemy as sa
import prefect.types._datetime as clock
from prefect.server.database.dependencies import provide_database_interface
from prefect.server.events import triggers
from prefect.server.events.ordering import EventArrivedEarly, get_triggers_causal_ordering
from prefect.server.events.schemas.automations import Automation
from prefect.server.events.schemas.events import ReceivedEvent

START = dt.datetime(2030, 1, 1, tzinfo=dt.timezone.utc)
NAMES = ["go", "go.a", "go.b", "going", "job.started", "job.heartbeat", "job.finished", "job.failed", "other"]
PATTERNS = ["go", "go.*", "go.?", "g*", "job.*", "job.[sf]*", "job.started", "job.heartbeat", "job.finished", "job.failed", "*", "other"]
COLORS = ["red", "green", "blue"]


def identifier(rng):
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def labels(rng):
    return {"prefect.resource.id": rng.choice(["thing.1", "thing.2", "thing.3", "flow-run.1", "flow-run.2"]), "color": rng.choice(COLORS)}


def specification(rng):
    return rng.choice([
        {}, {}, {"prefect.resource.id": "thing.*"}, {"prefect.resource.id": ["thing.1", "flow-run.1"]}, {"prefect.resource.id": "!thing.1"},
        {"color": rng.choice(COLORS)}, {"color": "!red"}, {"color": ["red", "b*"], "prefect.resource.id": "*.[12]"}, {"missing": "*"}, {"color": []},
    ])


def related_specification(rng):
    one = lambda: rng.choice([
        {}, {"prefect.resource.role": "owner"}, {"prefect.resource.role": "flow", "color": "r*"}, {"prefect.resource.id": "user.1"},
        {"prefect.resource.id": ["user.1", "user.2"], "prefect.resource.role": "owner"}, {"prefect.resource.role": "!flow"},
    ])
    return rng.choice([{}, {}, {}, one(), [one(), one()]])


def event_trigger(rng, child=False):
    posture = "Proactive" if rng.random() < (0.15 if child else 0.35) else "Reactive"
    after = rng.sample(PATTERNS[4:], rng.choice([0, 0, 0, 1, 2]))
    return {
        "type": "event", "id": identifier(rng), "posture": posture,
        "expect": rng.sample(PATTERNS, rng.choice([0, 1, 1, 1, 2])), "after": after,
        "for_each": rng.sample(["prefect.resource.id", "color", "related:owner:prefect.resource.id", "related:flow:color", "missing"], rng.choice([0, 0, 1, 1, 2])),
        "match": specification(rng), "match_related": related_specification(rng),
        "threshold": rng.choice([1, 1, 1, 2, 3, 5, 0]),
        "within": rng.choice([10, 30, 61.5, 200]) if posture == "Proactive" else rng.choice([0, 0, 7, 30, 90.25]),
    }


def trigger(rng, depth=0):
    kind = rng.random()
    if depth > 0 and (depth > 1 or kind < 0.75) or kind < 0.6:
        return event_trigger(rng, depth > 0)
    children = [trigger(rng, depth + 1) for _ in range(rng.choice([1, 2, 2, 3]))]
    common = {"id": identifier(rng), "triggers": children, "within": rng.choice([None, 5, 60, 600])}
    if kind < 0.85:
        return {"type": "compound", "require": rng.choice(["any", "all", "all", rng.randint(1, len(children))]), **common}
    return {"type": "sequence", **common}


def automation(rng, number):
    extra = {"actions_on_trigger": [{"type": "cancel-flow-run"}]} if number % 3 == 0 else {}
    return {"id": identifier(rng), "name": f"automation {number}", "created": START.isoformat(), "updated": START.isoformat(),
            "trigger": trigger(rng), "actions": [{"type": "do-nothing"}] * rng.choice([1, 1, 2]), **extra}


def steps(rng, count):
    """Events and ticks of the clock, in the order in which they happen."""
    now, told, leaders = START, [], []
    ticks, result, next_tick = 0, [], START + dt.timedelta(milliseconds=10 * rng.randint(400, 600))
    while len(told) < count:
        now += dt.timedelta(milliseconds=10 * round(100 * rng.expovariate(0.6)))
        while next_tick < now:
            # Ticks are never apart by just the time of a trigger: then the number of readings would decide.
            phase = dt.timedelta(microseconds=150 * (ticks % 50))
            result.append({"at": (next_tick + phase).isoformat(), "tick": True})
            ticks += 1
            next_tick += dt.timedelta(milliseconds=10 * rng.randint(400, 600))
        shift = rng.choice([0, 0, 0, 0, -0.5, -3, -40, -1000, 5, 70])
        related = [{**labels(rng), "prefect.resource.id": f"user.{rng.randint(1, 3)}", "prefect.resource.role": rng.choice(["owner", "flow", "other"])}
                   for _ in range(rng.choice([0, 0, 1, 2, 3]))]
        event = {"id": identifier(rng), "event": rng.choice(NAMES), "occurred": (now + dt.timedelta(seconds=shift)).isoformat(), "received": now.isoformat(),
                 "resource": labels(rng), "related": related, "payload": {"number": len(told)}, "follows": None}
        kind = rng.random()
        if leaders and kind < 0.5:  # the event that others wait for
            event["id"] = leaders.pop(rng.randrange(len(leaders)))
        elif told and kind < 0.6:  # follows an event that is there
            event["follows"] = rng.choice(told)["id"]
        elif kind < 0.7:  # follows one that comes later, or never
            event["follows"] = identifier(rng)
            if rng.random() < 0.8:
                leaders.append(event["follows"])
        told.append(event)
        result.append({"at": now.isoformat(), "event": event})
        if event["follows"] is None and rng.random() < 0.05:
            result.append({"at": now.isoformat(), "event": event})
    return result


class VirtualClock:
    def __init__(self):
        self.instant, self.readings = START, 0

    def set(self, instant):
        self.instant, self.readings = instant, 0

    def now(self, tz="UTC"):
        self.readings += 1
        return self.instant + dt.timedelta(microseconds=self.readings)


async def main(seed, count, automations, out):
    rng = random.Random(seed)
    given = {"automations": [automation(rng, number) for number in range(automations)], "steps": steps(rng, count)}
    database = provide_database_interface()
    await database.create_db()
    virtual = VirtualClock()
    clock.now = virtual.now
    async with database.session_context(begin_transaction=True) as session:
        for each in given["automations"]:
            session.add(database.Automation(**Automation.model_validate(copy.deepcopy(each)).model_dump()))
            await session.flush()

    fired, step = [], 0
    real_act = triggers.act

    async def no_offset():
        return 0.0

    async def publish(events):
        pass

    class Publisher:
        async def publish_data(self, data, attributes):
            action = json.loads(data)
            fired[-1]["actions"].append([action["action"]["type"], action["action_index"], (action["triggering_event"] or {}).get("event")])

    @asynccontextmanager
    async def actions_publisher():
        yield Publisher()

    async def act(firing):
        fired.append({"step": step, "automation": firing.trigger.automation.name, "labels": firing.triggering_labels,
                      "event": firing.triggering_event and str(firing.triggering_event.id),
                      "firings": sorted(str(each.trigger.id) for each in firing.all_firings()),
                      "events": sorted(str(each.id) for each in firing.all_events()), "actions": []})
        await real_act(firing)

    places = {each["id"]: place for place, each in enumerate(walk(given["automations"]))}
    real_find = triggers.find_interested_triggers
    triggers.get_events_clock_offset = no_offset
    triggers.messaging.publish = publish
    triggers.messaging.create_actions_publisher = actions_publisher
    triggers.act = act
    triggers.find_interested_triggers = lambda event: sorted(real_find(event), key=lambda each: places[str(each.id)])
    await triggers.reconcile_automations(force=True)
    loaded = sorted(triggers.triggers.items(), key=lambda item: places[str(item[0])])
    triggers.triggers.clear()
    triggers.triggers.update(loaded)

    ordering = get_triggers_causal_ordering()
    for step, each in enumerate(given["steps"]):
        virtual.set(dt.datetime.fromisoformat(each["at"]))
        if "tick" in each:
            await triggers.periodic_evaluation(virtual.now())
            await triggers.evaluate_proactive_triggers()
            continue
        event = ReceivedEvent.model_validate(each["event"])
        if await ordering.event_has_been_seen(event.id):
            continue
        try:
            await triggers.reactive_evaluation(event)
        except EventArrivedEarly:
            pass

    async with database.session_context() as session:
        buckets = (await session.execute(sa.select(database.AutomationBucket))).scalars().all()
        children = (await session.execute(sa.select(database.CompositeTriggerChildFiring))).scalars().all()
    answer = {
        "firings": fired,
        "buckets": sorted([str(b.trigger_id), list(b.bucketing_key), b.start.isoformat(), b.end.isoformat(), b.count, b.last_event and str(b.last_event.id)] for b in buckets),
        "children": sorted([str(c.parent_trigger_id), str(c.child_trigger_id), c.child_firing.triggering_event and str(c.child_firing.triggering_event.id)] for c in children),
        "followers": sorted(str(waiting) for waiting in ordering._waitlist),
    }
    with gzip.GzipFile(out, "wb", mtime=0) as file:
        file.write(json.dumps({"seed": seed, **given, **answer}, separators=(",", ":")).encode())
    print(f"{len(given['steps'])} steps, {len(fired)} firings of {len({each['automation'] for each in fired})} automations, {len(buckets)} buckets, "
          f"{len(children)} children, {len(answer['followers'])} followers")


def walk(automations):
    def below(each):
        yield each
        for child in each.get("triggers", []):
            yield from below(child)
    for each in automations:
        yield from below(each["trigger"])


arguments = argparse.ArgumentParser()
arguments.add_argument("--seed", type=int, default=1)
arguments.add_argument("--events", type=int, default=1500)
arguments.add_argument("--automations", type=int, default=80)
arguments.add_argument("--out", default=str(pathlib.Path(__file__).parent / "stream.json.gz"))
given = arguments.parse_args()
asyncio.run(main(given.seed, given.events, given.automations, given.out))
