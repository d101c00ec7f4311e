"""Writes transitions.json: what the reference's own rules make of every transition of every run in shapes.json.

Run it with the reference's Python, in this folder: `python reference.py`. It uses a database in memory, a fixed clock and
fixed chance.
"""
import asyncio, datetime as dt, json, os, pathlib, re, sys, tempfile, uuid
from contextlib import asynccontextmanager

os.environ.update(PREFECT_HOME=tempfile.mkdtemp(), PREFECT_API_DATABASE_CONNECTION_URL="sqlite+aiosqlite:///:memory:",
                  PREFECT_SERVER_TASKS_MAX_CACHE_KEY_LENGTH="8", PREFECT_LOGGING_SERVER_LEVEL="CRITICAL")

import random
import sqlalchemy as sa
from packaging.version import Version
from prefect.server import models
from prefect.server.concurrency.lease_storage import ConcurrencyLeaseHolder, ConcurrencyLimitLeaseMetadata, get_concurrency_lease_storage
from prefect.server.database.dependencies import provide_database_interface
from prefect.server.orchestration import core_policy, instrumentation_policies
from prefect.server.schemas import core, states

HERE = pathlib.Path(__file__).parent
SHAPES = json.loads((HERE / "shapes.json").read_text())
NOW = dt.datetime(2030, 1, 1, tzinfo=dt.timezone.utc)
NAMES = ["run", "initial", "proposed", "flow", "flow run", "deployment", "deployment limit", "lease", "parent", "failed", "cached",
         "other", "limit a", "limit b", "limit c", "artifact"]
IDS = {name: uuid.UUID(f"00000000-0000-4000-8000-{number:012d}") for number, name in enumerate(NAMES)}
BY_ID = {str(value): name for name, value in IDS.items()}
TYPES = [None, *(t.value for t in states.StateType)]
RUN_COLUMNS = ["state_type", "state_name", "state_timestamp", "run_count", "expected_start_time", "next_scheduled_start_time", "start_time",
               "end_time", "total_run_time", "empirical_policy", "flow_run_run_count"]
random.uniform = lambda low, high: low + (high - low) * 0.5

current_session = None
announced, enqueued = [], []


class SameSession:
    """Tag limits are taken in a session of their own, which a database in memory has no second one for."""
    @asynccontextmanager
    async def session_context(self, begin_transaction=False):
        savepoint = await current_session.begin_nested()

        class Session:
            execute = staticmethod(current_session.execute)

            async def rollback(self):
                await savepoint.rollback()
        yield Session()
        if savepoint.is_active:
            await savepoint.commit()


class Events:
    async def __aenter__(self): return self
    async def __aexit__(self, *_): pass
    async def emit(self, event): announced.append(event)


class Queue:
    def __init__(self, name): self.name = name
    @classmethod
    def for_key(cls, key): return cls(key)
    async def enqueue(self, run): enqueued.append("scheduled")
    async def retry(self, run): enqueued.append("retry")


async def event(session, occurred, flow_run, initial_state_id, initial_state, validated_state_id, validated_state):
    return [initial_state and plain(initial_state.type.value), plain(validated_state.name)]


core_policy.provide_database_interface = lambda: SameSession()
core_policy.TaskQueue = Queue
core_policy.now = states.now = lambda *_: NOW
instrumentation_policies.PrefectServerEventsClient = Events
instrumentation_policies.flow_run_state_change_event = event


def from_shape(value):
    """@seconds is an instant, a known name an id."""
    if isinstance(value, str) and re.fullmatch(r"@-?[\d.]+", value):
        return NOW + dt.timedelta(seconds=float(value[1:]))
    if isinstance(value, dict):
        return {key: from_shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [from_shape(each) for each in value]
    return str(IDS[value]) if isinstance(value, str) and value in IDS else value


def plain(value):
    """The other way round; an id that nobody knows is a new one."""
    if isinstance(value, dt.datetime):
        return "@" + f"{(value - NOW).total_seconds():.6f}".rstrip("0").rstrip(".")
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, set)):
        return sorted((plain(each) for each in value), key=str)
    if isinstance(value, uuid.UUID) or type(value) is str:
        return re.sub(r"[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}", lambda match: BY_ID.get(match[0], "new"), str(value))
    if hasattr(value, "model_dump"):
        return plain(value.model_dump())
    return value.value if isinstance(value, states.StateType) else value


def sparse(details):
    return {key: value for key, value in plain(details).items() if value not in (None, False)}


def state_of(state):
    return state and {"type": state.type.value, "name": state.name, "timestamp": plain(state.timestamp), **sparse(state.state_details),
                      **{key: value for key, value in (("message", state.message), ("data", state.data)) if value is not None}}


def make_state(shape, part, type, timestamp, lease=None):
    given = {**from_shape(shape.get(part, {})), "data": shape.get(part, {}).get("data")}  # no instants or ids in data
    details = {**given.get("state_details", {}), **({"deployment_concurrency_lease_id": lease} if lease else {})}
    details.setdefault("scheduled_time", NOW - dt.timedelta(seconds=60)) if type == "SCHEDULED" else None
    return states.State(id=IDS[part], type=type, name=given.get("names", {}).get(type), message=given.get("message"), data=given.get("data"),
                        timestamp=given.get("timestamp", timestamp), state_details=details)


async def store_state(db, session, run, model, state, **owner):
    artifact = None
    if state.data is not None and state.data.get("type") != "unpersisted":
        artifact = IDS["artifact"]
        session.add(db.Artifact(id=artifact, data=state.data, key=None))
        await session.flush()
    row = model(id=state.id, type=state.type, name=state.name, message=state.message, timestamp=state.timestamp,
                state_details=state.state_details, result_artifact_id=artifact, **owner)
    run.set_state(row)
    run.state_type, run.state_name, run.state_timestamp = state.type, state.name, state.timestamp
    session.add(row)
    await session.flush()


def run_fields(shape, policy):
    fields = from_shape(shape.get("run", {}))
    fields["empirical_policy"] = policy(**fields.get("empirical_policy", {}))
    fields["total_run_time"] = dt.timedelta(seconds=fields.get("total_run_time", 0))
    return fields


async def prepare(db, session, shape):
    for limit in shape.get("tagLimits", []):
        session.add(db.ConcurrencyLimit(tag=limit["tag"], concurrency_limit=limit["concurrency_limit"], active_slots=from_shape(limit["active_slots"])))
    for limit in shape.get("limits", []):
        values = {"avg_slot_occupancy_seconds": 2, "active": True, **{k: v for k, v in limit.items() if k != "tag"}}
        session.add(db.ConcurrencyLimitV2(id=IDS[f"limit {limit['tag']}"], name=f"tag:{limit['tag']}", **values))
    session.add(db.Flow(id=IDS["flow"], name="flow"))
    await session.flush()


async def holdings(db, session):
    tags = (await session.execute(sa.select(db.ConcurrencyLimit.tag, db.ConcurrencyLimit.active_slots))).all()
    limits = (await session.execute(sa.select(db.ConcurrencyLimitV2.name, db.ConcurrencyLimitV2.active_slots))).all()
    real_now = dt.datetime.now(dt.timezone.utc)  # the lease storage has a clock of its own
    leases = [[plain(lease.id), plain(lease.resource_ids), lease.metadata.slots, lease.metadata.holder and
               [lease.metadata.holder.type, plain(lease.metadata.holder.id)], round((lease.expiration - real_now).total_seconds(), -1)]
              for lease in get_concurrency_lease_storage().leases.values()]
    return {"tags": {tag: plain(slots) for tag, slots in tags}, "limits": dict(map(tuple, limits)), "leases": sorted(leases, key=str)}


async def outcome(db, session, model, before, result, before_holdings, others):
    await session.flush()
    session.expunge_all()
    run = await session.get(model, IDS["run"])
    after = {column: plain(getattr(run, column, None)) for column in RUN_COLUMNS}
    now_held = await holdings(db, session)
    caches = (await session.execute(sa.select(db.TaskRunStateCache.cache_key, db.TaskRunStateCache.cache_expiration)
                                    .where(db.TaskRunStateCache.task_run_state_id != IDS["cached"]))).all()
    artifacts = (await session.execute(sa.select(db.Artifact).where(db.Artifact.id.not_in([IDS["artifact"], IDS["cached"]])))).scalars().all()
    report = {
        "status": result.status.value, "details": plain(result.details.model_dump(exclude={"type"})), "state": state_of(result.state),
        "run": {key: value for key, value in after.items() if value != before[key]},
        "slots": {key: value for key, value in now_held.items() if value != before_holdings[key]},
        "cached": [[key, plain(expiration)] for key, expiration in caches],
        "artifacts": sorted(([a.key, a.type, a.description, a.data, plain(a.flow_run_id), plain(a.task_run_id)] for a in artifacts), key=lambda row: str(row[-1])),
        "announced": list(announced), "enqueued": list(enqueued),
    }
    for name in others:
        other = await session.get(db.TaskRun, IDS[name])
        state = other.state
        report[name] = [other.run_count, plain(other.state_type), state and [state.name, state.message, plain(state.timestamp), sparse(state.state_details)]]
    return {key: value for key, value in report.items() if value not in ([], {})}


async def flow_case(db, session, shape, policy, initial, proposed):
    await prepare(db, session, shape)
    deployment = shape.get("deployment")
    lease = IDS["lease"] if "lease" in shape else None
    if deployment is not None and not deployment.get("missing"):
        limited = "limit" in deployment
        if limited:
            session.add(db.ConcurrencyLimitV2(id=IDS["deployment limit"], name="deployment:d", limit=deployment["limit"],
                                              active=deployment.get("active", True), active_slots=deployment["active_slots"]))
            await session.flush()
        session.add(db.Deployment(id=IDS["deployment"], flow_id=IDS["flow"], name="d", concurrency_options=deployment.get("options"),
                                  concurrency_limit_id=IDS["deployment limit"] if limited else None))
    others = {}  # task runs that the transition touches too
    if "parent" in shape:
        others["parent"] = db.TaskRun(id=IDS["parent"], task_key="p", dynamic_key="0", tags=shape["parent"]["tags"])
        session.add(others["parent"])
    run = db.FlowRun(id=IDS["run"], flow_id=IDS["flow"], name="run", deployment_id=IDS["deployment"] if deployment is not None else None,
                     parent_task_run_id=IDS["parent"] if "parent" in shape else None, **run_fields(shape, core.FlowRunPolicy))
    await session.flush()
    session.add(run)
    await session.flush()
    if shape.get("failedTaskRun"):
        others["failed"] = db.TaskRun(id=IDS["failed"], task_key="f", dynamic_key="0", flow_run_id=IDS["run"], run_count=3)
        session.add(others["failed"])
        await session.flush()
        await store_state(db, session, others["failed"], db.TaskRunState, states.Failed(timestamp=NOW - dt.timedelta(seconds=30)), task_run_id=IDS["failed"])
    if initial:
        await store_state(db, session, run, db.FlowRunState, make_state(shape, "initial", initial, NOW - dt.timedelta(seconds=60), lease), flow_run_id=run.id)
    if shape.get("lease") == "held":
        create_lease(IDS["lease"], [IDS["deployment limit"]], None)
    before = {column: plain(getattr(run, column, None)) for column in RUN_COLUMNS}
    held = await holdings(db, session)
    api = shape.get("apiVersion")
    session.expunge_all()
    result = await models.flow_runs.set_flow_run_state(
        session, IDS["run"], make_state(shape, "proposed", proposed, NOW), flow_policy=getattr(core_policy, policy),
        orchestration_parameters={"api-version": Version(api) if api else None}, client_version=shape.get("clientVersion"))
    return await outcome(db, session, db.FlowRun, before, result, held, others)


def create_lease(id, resources, holder):
    from prefect.server.utilities.leasing import ResourceLease
    later = dt.datetime.now(dt.timezone.utc) + dt.timedelta(days=1)
    storage = get_concurrency_lease_storage()
    storage.leases[id] = ResourceLease(id=id, resource_ids=resources, expiration=later, metadata=ConcurrencyLimitLeaseMetadata(slots=1, holder=holder))
    storage.expirations[id] = later


async def task_case(db, session, shape, policy, initial, proposed):
    await prepare(db, session, shape)
    flow_run = shape.get("flowRun")
    if flow_run:
        parent = db.FlowRun(id=IDS["flow run"], flow_id=IDS["flow"], name="flow run", run_count=flow_run["run_count"])
        session.add(parent)
        await session.flush()
        if flow_run["state"]:
            state = states.State(type=flow_run["state"], timestamp=NOW - dt.timedelta(seconds=90), state_details=from_shape(flow_run.get("state_details", {})))
            await store_state(db, session, parent, db.FlowRunState, state, flow_run_id=parent.id)
    run = db.TaskRun(id=IDS["run"], name="run", task_key="t", dynamic_key="0", flow_run_id=IDS["flow run"] if flow_run else None,
                     **run_fields(shape, core.TaskRunPolicy))
    session.add(run)
    await session.flush()
    if initial:
        await store_state(db, session, run, db.TaskRunState, make_state(shape, "initial", initial, NOW - dt.timedelta(seconds=60)), task_run_id=run.id)
    if "cached" in shape:
        session.add(db.Artifact(id=IDS["cached"], data=shape["cached"]["data"]))
        await session.flush()
        session.add(db.TaskRunState(id=IDS["cached"], task_run_id=IDS["run"], type="COMPLETED", name="Completed", timestamp=NOW - dt.timedelta(days=1),
                                    state_details=states.StateDetails(cache_key="key"), result_artifact_id=IDS["cached"]))
        session.add(db.TaskRunStateCache(cache_key="key", task_run_state_id=IDS["cached"]))
        await session.flush()
    if shape.get("heldLease"):
        create_lease(IDS["lease"], [IDS["limit a"]], ConcurrencyLeaseHolder(type="task_run", id=IDS["run"]))
    before = {column: plain(getattr(run, column, None)) for column in RUN_COLUMNS}
    held = await holdings(db, session)
    session.expunge_all()
    result = await models.task_runs.set_task_run_state(session, IDS["run"], make_state(shape, "proposed", proposed, NOW), task_policy=getattr(core_policy, policy))
    return await outcome(db, session, db.TaskRun, before, result, held, [])


CASES = {"flow": (flow_case, ["CoreFlowPolicy", "MinimalFlowPolicy", "MarkLateRunsPolicy"]),
         "task": (task_case, ["CoreTaskPolicy", "ClientSideTaskOrchestrationPolicy", "BackgroundTaskPolicy", "MinimalTaskPolicy"])}


async def main(only):
    global current_session
    db = provide_database_interface()
    await db.create_db()
    outcomes, numbers, cases = [], {}, {}
    for kind, (case, policies) in CASES.items():
        for name, shape in SHAPES[kind].items():
            for policy in policies:
                row = cases.setdefault(f"{kind}: {name}", {}).setdefault(policy, [])
                if only and only not in name:
                    continue
                for initial in TYPES:
                    for proposed in TYPES[1:]:
                        announced.clear(), enqueued.clear()
                        storage = get_concurrency_lease_storage()
                        storage.leases.clear(), storage.expirations.clear()
                        session = current_session = await db.session()
                        try:
                            await session.begin()
                            found = await case(db, session, shape, policy, initial, proposed)
                        except Exception as error:
                            found = {"error": f"{type(error).__name__}: {error}"[:200]}
                            if only: raise
                        finally:
                            await session.rollback()
                            await session.close()
                        text = json.dumps(found, sort_keys=True, separators=(",", ":"))
                        if text not in numbers:
                            numbers[text] = len(outcomes)
                            outcomes.append(text)
                        row.append(numbers[text])
            print(kind, name, len(outcomes), file=sys.stderr, flush=True)
    rows = ",\n".join(f"    {json.dumps(name)}: {json.dumps(by_policy, separators=(',', ':'))}" for name, by_policy in cases.items())
    texts = ",\n".join(f"    {text}" for text in outcomes)
    (HERE / "transitions.json").write_text(f'{{\n  "cases": {{\n{rows}\n  }},\n  "outcomes": [\n{texts}\n  ]\n}}\n')


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else None))
