"""A process that serves deployments until it is ended."""
import time

from prefect import flow, get_run_logger, serve, suspend_flow_run, task
from prefect.input import RunInput


@task(task_run_name="step {number}", persist_result=True)
def step(number: int) -> int:
    return number


@flow(description="Adds one")
def simple(value: int, text: str = "default") -> int:
    get_run_logger().info("value %s, text %s", value, text)
    return step(value) + 1


class Approval(RunInput):
    reason: str


@flow(persist_result=True)
def suspends() -> str:
    step(1)
    approval = suspend_flow_run(wait_for_input=Approval, timeout=300)
    step(2)
    return approval.reason


@flow
def long() -> None:
    for _ in range(600):
        time.sleep(0.1)


@flow
def breaks() -> None:
    raise ValueError("broken deployment")


if __name__ == "__main__":
    serve(
        simple.to_deployment("simple", tags=["served"], parameters={"value": 1}, version="7", description="A simple one"),
        suspends.to_deployment("suspends"),
        long.to_deployment("long"),
        breaks.to_deployment("breaks"),
        pause_on_shutdown=False,
    )
