"""Background tasks; run as a program this is the task worker that serves them until it is ended."""
from prefect import task
from prefect.task_worker import serve


@task(task_run_name="add {a} {b}", persist_result=True)
def add(a: int, b: int) -> int:
    return a + b


@task(task_run_name="refuse {text}", persist_result=True)
def refuse(text: str) -> None:
    raise ValueError(f"refused: {text}")


@task(task_run_name="persistent", retries=2, retry_delay_seconds=0, persist_result=True)
def unsteady() -> None:
    raise RuntimeError("again")


if __name__ == "__main__":
    serve(add, refuse, unsteady, limit=4)
