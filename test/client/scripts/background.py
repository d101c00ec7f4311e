"""Sends background tasks to the task worker, from outside and from inside a flow, and waits for their results."""
import time

from background_tasks import add, refuse, unsteady
from prefect import flow
from prefect.client.orchestration import get_client


def wait_for_worker() -> None:
    with get_client(sync_client=True) as client:
        for _ in range(300):
            if client._client.post("/task_workers/filter").json():
                return
            time.sleep(0.2)
    raise TimeoutError("no task worker subscribed")


@flow(flow_run_name="delays")
def delays() -> int:
    return add.delay(100, 1).result(timeout=60)


def main() -> None:
    wait_for_worker()
    futures = [add.delay(number, number) for number in range(8)]
    assert [future.result(timeout=60) for future in futures] == [2 * number for number in range(8)]
    for future in (refuse.delay("this"), unsteady.delay()):
        future.wait(timeout=60)
        assert future.state.is_failed(), future.state
    assert add.apply_async((1,), {"b": 2}).result(timeout=60) == 3
    assert delays() == 101


if __name__ == "__main__":
    main()
    print("done")
