"""Renders the templates of templates.json by the reference, with the context of context.json: run in the reference's environment."""

import asyncio
import json
import sys
from pathlib import Path

from prefect.settings import PREFECT_UI_URL, temporary_settings

here = Path(__file__).parent


def context():
    from prefect.server.events.schemas.automations import Automation, Firing
    from prefect.server.events.schemas.events import ReceivedEvent
    from prefect.server.events.schemas.labelling import LabelDiver
    from prefect.server.schemas.core import Flow, WorkPool
    from prefect.server.schemas.responses import DeploymentResponse, FlowRunResponse

    given = json.loads((here / "context.json").read_text())
    models = given["models"]
    firing = Firing.model_validate(models["firing"])
    return {
        **given["plain"],
        "event": ReceivedEvent.model_validate(models["event"]),
        "automation": Automation.model_validate(models["automation"]),
        "firing": firing,
        "firings": firing.all_firings(),
        "events": firing.all_events(),
        "labels": LabelDiver(models["labels"]),
        "flow_run": FlowRunResponse.model_validate(models["flow_run"]),
        "flow": Flow.model_validate(models["flow"]),
        "deployment": DeploymentResponse.model_validate(models["deployment"]),
        "work_pool": WorkPool.model_validate(models["work_pool"]),
    }


async def main():
    from prefect.server.events.actions import JinjaTemplateAction
    from prefect.server.utilities.user_templates import (
        TemplateRenderError,
        render_user_template,
        render_user_template_sync,
        validate_user_template,
    )

    JinjaTemplateAction._register_filters_if_needed()
    values = context()
    answers = []
    for template in json.loads((here / "templates.json").read_text()):
        answer = {"template": template}
        try:
            validate_user_template(template)
        except Exception as error:
            answer["invalid"] = [type(error).__name__, error.lineno, error.message]
        try:
            answer["text"] = await render_user_template(template, dict(values))
        except TemplateRenderError as error:
            answer["error"] = repr(error.error)
        try:
            synchronous = {"text": render_user_template_sync(template, dict(values))}
        except TemplateRenderError as error:
            synchronous = {"error": repr(error.error)}
        if any(answer.get(key) != value for key, value in synchronous.items()):
            answer["sync"] = synchronous
        answers.append(answer)
    models = {
        key: [value.model_dump(mode="json") for value in values[key]] if isinstance(values[key], list) else values[key].model_dump(mode="json")
        for key in ("event", "automation", "firing", "firings", "events", "flow_run", "flow", "deployment", "work_pool")
    }
    (here / "models.json").write_text(json.dumps(models, indent=1, ensure_ascii=False) + "\n")
    lines = ",\n".join(json.dumps(answer, ensure_ascii=False) for answer in answers)
    (here / "answers.json").write_text(f"[\n{lines}\n]\n")
    print(len(answers), "answers", file=sys.stderr)


with temporary_settings({PREFECT_UI_URL: "http://ui.example:4200/base"}):
    asyncio.run(main())
