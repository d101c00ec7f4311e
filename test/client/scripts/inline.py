"""Flows that run in this process. Each run has a name of its own, by which the dumps of two servers are laid side by side."""
import threading
import time

from prefect import flow, get_run_logger, pause_flow_run, tags, task, unmapped
from prefect.cache_policies import INPUTS
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterName
from prefect.flow_runs import resume_flow_run
from prefect.input import RunInput
from prefect.states import Cancelled, Failed
from prefect.variables import Variable


@task(task_run_name="double {number}")
def double(number: int, factor: int = 2) -> int:
    return number * factor


@task(task_run_name="total")
def total(numbers: list[int]) -> int:
    return sum(numbers)


@flow(flow_run_name="mapped {count}", description="Many mapped tasks", version="v1")
def mapped(count: int, factor: int = 2) -> int:
    doubled = double.map(range(count), factor=unmapped(factor))
    return total(doubled)


attempts: dict[str, int] = {}


@task(retries=3, retry_delay_seconds=[0.1, 0.2, 0.1], task_run_name="flaky {name}")
def flaky(name: str, failures: int) -> str:
    attempts[name] = attempts.get(name, 0) + 1
    if attempts[name] <= failures:
        raise ValueError(f"attempt {attempts[name]} of {name}")
    return name


@flow(flow_run_name="task retries")
def task_retries() -> None:
    flaky("never", 0)
    flaky("twice", 2)
    flaky("always", 99, return_state=True)


@flow(flow_run_name="flow retries", retries=2, retry_delay_seconds=0.2)
def flow_retries() -> str:
    name = flaky("once more", 0)
    attempts["flow"] = attempts.get("flow", 0) + 1
    if attempts["flow"] < 3:
        raise RuntimeError(f"flow attempt {attempts['flow']}")
    return name


@flow(flow_run_name="child {name}")
def child(name: str, fails: bool = False) -> str:
    get_run_logger().info("child %s speaks", name)
    double(3)
    if fails:
        raise KeyError(name)
    return name


@flow(flow_run_name="subflows")
def subflows() -> list[str]:
    state = child("that fails", fails=True, return_state=True)
    assert state.is_failed()
    return [child("a"), child("b")]


@task(task_run_name="fails")
def fails() -> None:
    raise ValueError("a task's failure")


@task(task_run_name="needs failed")
def after(value: object) -> None:
    raise AssertionError("never runs: what it needs has failed")


@flow(flow_run_name="failing task")
def failing_task() -> None:
    after.submit(fails.submit()).wait()
    raise RuntimeError("the flow fails")


@flow(flow_run_name="returned state {kind}")
def returned_state(kind: str) -> object:
    return {"failed": Failed(message="as asked"), "cancelled": Cancelled(message="as asked, too")}[kind]


@flow(flow_run_name="logs", log_prints=True)
def logs() -> None:
    logger = get_run_logger()
    for level in ("debug", "info", "warning", "error", "critical"):
        getattr(logger, level)("a line of %s: 100%% ünï 日本", level)
    print("printed")
    says("from a task")


@task(task_run_name="says", log_prints=True)
def says(text: str) -> None:
    print(text)
    get_run_logger().warning("and logged")


@task(task_run_name="cached {number}", cache_policy=INPUTS, persist_result=True, result_storage_key=None)
def cached(number: int) -> dict:
    return {"square": number * number, "list": [number] * 3}


@flow(flow_run_name="results {number}", persist_result=True)
def results(number: int) -> dict:
    return {"first": cached(7), "second": cached(7), "other": cached(number)}


running = 0
most = 0
lock = threading.Lock()


@task(task_run_name="limited {number}")
def limited(number: int) -> None:
    global running, most
    with lock:
        running += 1
        most = max(most, running)
    time.sleep(0.2)
    with lock:
        running -= 1


@flow(flow_run_name="tag limits")
def tag_limits() -> int:
    with tags("one-at-a-time", "free"):
        futures = limited.map(range(4))
    futures.wait()
    assert most == 1, f"{most} tasks ran at once under a limit of 1"
    return most


@task(task_run_name="source")
def source() -> int:
    return 1


@task(task_run_name="joins {name}")
def joins(name: str, *inputs: object, **more: object) -> int:
    return len(inputs) + len(more)


@flow(flow_run_name="task inputs")
def task_inputs() -> int:
    one = source.submit()
    two = joins.submit("values", one, [one, {"deep": one}], 5)
    three = joins.submit("waiting", wait_for=[one, two])
    return joins("last", two, key=three)


class Answer(RunInput):
    approved: bool
    count: int = 3
    name: str = "nobody"


@flow(flow_run_name="pause with input")
def pause_with_input() -> str:
    answer = pause_flow_run(wait_for_input=Answer.with_initial_data(description="Please *decide*", count=4), timeout=120, poll_interval=1)
    return f"{answer.approved} {answer.count} {answer.name}"


@flow(flow_run_name="pause")
def pause() -> None:
    pause_flow_run(timeout=120, poll_interval=1)


@flow(flow_run_name="pause that times out")
def pause_that_times_out() -> None:
    pause_flow_run(timeout=1, poll_interval=1)


def resume_when_paused(name: str, run_input: dict | None = None) -> threading.Thread:
    """Resumes the run of this name, from another thread, as soon as it is paused."""

    def work() -> None:
        with get_client(sync_client=True) as client:
            for _ in range(600):
                runs = client.read_flow_runs(flow_run_filter=FlowRunFilter(name=FlowRunFilterName(any_=[name])))
                if runs and runs[0].state.is_paused():
                    resume_flow_run(runs[0].id, run_input=run_input)
                    return
                time.sleep(0.1)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def main() -> None:
    with get_client(sync_client=True) as client:
        client.create_concurrency_limit(tag="one-at-a-time", concurrency_limit=1)
    Variable.set("favourite", {"number": 7}, tags=["kept"])
    with tags("many"):
        assert mapped(200) == sum(range(200)) * 2
    task_retries()
    assert flow_retries() == "once more"
    assert subflows() == ["a", "b"]
    assert failing_task(return_state=True).is_failed()
    assert returned_state("failed", return_state=True).is_failed()
    assert returned_state("cancelled", return_state=True).is_cancelled()
    logs()
    assert results(3)["first"] == {"square": 49, "list": [7, 7, 7]}
    results(4)
    assert tag_limits() == 1
    assert task_inputs() == 2
    resume_when_paused("pause with input", {"approved": True, "name": "Ada"})
    assert pause_with_input() == "True 4 Ada"
    resume_when_paused("pause")
    pause()
    assert pause_that_times_out(return_state=True).is_failed()


if __name__ == "__main__":
    main()
    print("done")
