"""Records what the reference's notification blocks send, without sending it: run in the reference's environment."""

import asyncio
import json
import logging
import sys
from pathlib import Path

import httpx
import requests

here = Path(__file__).parent
recorded = []


def record_requests(self, request, **kwargs):
    body = request.body.decode() if isinstance(request.body, bytes) else request.body
    recorded.append(
        {
            "method": request.method,
            "url": request.url,
            "headers": {k.lower(): v for k, v in request.headers.items() if k.lower() not in ("connection", "accept-encoding")},
            "body": body or "",
        }
    )
    response = requests.Response()
    response.status_code = 202 if "sendgrid" in request.url or "pagerduty" in request.url or "opsgenie" in request.url else 200
    if "twilio" in request.url:
        response.status_code = 201
    response._content = b'{"requestId": "r", "result": "ok"}' if "opsgenie" in request.url else b"ok"
    response.request = request
    response.url = request.url
    return response


async def record_httpx(self, request, **kwargs):
    await request.aread()
    recorded.append(
        {
            "method": request.method,
            "url": str(request.url),
            "headers": {k: v for k, v in request.headers.items() if k not in ("host", "connection", "accept-encoding")},
            "body": request.content.decode(),
        }
    )
    return httpx.Response(200, request=request)


requests.Session.send = record_requests
httpx.AsyncClient.send = record_httpx

messages = [
    {"subject": "Run <failed> & more", "body": "Flow *etl* failed:\n\n- `x` <b>bold</b> & \"quotes\" [link](http://l.example)\n# Heading\ntext: value"},
    {"subject": "", "body": "only a body"},
]


async def main():
    from prefect.blocks import notifications
    from prefect.blocks.abstract import NotificationError

    by_slug = {
        cls.get_block_type_slug(): cls
        for cls in vars(notifications).values()
        if isinstance(cls, type) and hasattr(cls, "_block_type_name") and cls._block_type_name
    }
    answers = []
    for case in json.loads((here / "cases.json").read_text()):
        for message in messages:
            recorded.clear()
            answer = {**case, "message": message}
            try:
                block = by_slug[case["slug"]].model_validate(case["data"])
                with block.raise_on_failure():
                    await block.notify(**message)
            except NotificationError as error:
                answer["failed"] = error.log
            except Exception as error:
                answer["error"] = repr(error)
            answer["sent"] = list(recorded)
            answers.append(answer)
    lines = ",\n".join(json.dumps(answer, ensure_ascii=False) for answer in answers)
    (here / "answers.json").write_text(f"[\n{lines}\n]\n")
    print(len(answers), "answers", file=sys.stderr)


logging.disable(logging.NOTSET)
asyncio.run(main())
