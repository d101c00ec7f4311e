"""Runs the deployments that served.py serves: with parameters, suspended and resumed, cancelled, failing."""
import time
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.deployments import run_deployment
from prefect.flow_runs import resume_flow_run
from prefect.states import Cancelling


def until(client: SyncPrefectClient, run: UUID, *types: StateType) -> FlowRun:
    """The run, once it is in a state of one of these types."""
    for _ in range(900):
        found = client.read_flow_run(run)
        if found.state and found.state.type in types:
            return found
        time.sleep(0.1)
    raise TimeoutError(f"{found.name} is {found.state_name}, not {types}")


def main() -> None:
    with get_client(sync_client=True) as client:
        for _ in range(300):  # until served.py has made all of them
            if len(client.read_deployments()) >= 4:
                break
            time.sleep(0.2)
        done = (StateType.COMPLETED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLED)
        runs = {
            "default parameters": run_deployment("simple/simple", timeout=0, flow_run_name="default parameters"),
            "own parameters": run_deployment(
                "simple/simple", timeout=0, parameters={"value": 41, "text": "own"}, tags=["extra"], flow_run_name="own parameters"
            ),
            "broken": run_deployment("breaks/breaks", timeout=0, flow_run_name="broken"),
            "suspended": run_deployment("suspends/suspends", timeout=0, flow_run_name="suspended"),
            "cancelled": run_deployment("long/long", timeout=0, flow_run_name="cancelled"),
        }
        until(client, runs["cancelled"].id, StateType.RUNNING)
        time.sleep(2)  # the runner learns of a cancellation once it watches the run
        client.set_flow_run_state(runs["cancelled"].id, Cancelling(message="enough"))
        until(client, runs["suspended"].id, StateType.PAUSED)
        time.sleep(2)  # its process has ended
        resume_flow_run(runs["suspended"].id, run_input={"reason": "go on"})
        expected = {"broken": StateType.FAILED, "cancelled": StateType.CANCELLED}
        for name, run in runs.items():
            state = until(client, run.id, *done).state
            assert state and state.type == expected.get(name, StateType.COMPLETED), f"{name} is {state}"
        time.sleep(4)  # the processes of the runs send their last logs


if __name__ == "__main__":
    main()
    print("done")
