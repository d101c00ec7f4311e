"""What the reference itself makes of rows, filters, sorts and searches.

Reads JSON on standard input, fills the empty database that PREFECT_API_DATABASE_CONNECTION_URL names with the
reference's schema and the rows, and prints the answers as JSON, each list in the order of its questions.
"""

import asyncio
import datetime
import json
import sys
import warnings

import pydantic
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import functions

import prefect.server.database.orm_models as orm
from prefect.server.database.dependencies import provide_database_interface
from prefect.server.events import filters as event_filters
from prefect.server.events.schemas.automations import AutomationSort
from prefect.server.models import artifacts, block_documents, block_types, deployments, flow_runs, flows, task_runs
from prefect.server.schemas import filters, sorting
from prefect.server.utilities.database import Timestamp
from prefect.server.utilities.text_search_parser import parse_text_search_query

db = provide_database_interface()


@compiles(functions.concat, "sqlite")
def concat(element, compiler, **options):
    """SQLite has no concat() before 3.44."""
    return "(" + " || ".join(compiler.process(clause, **options) for clause in element.clauses) + ")"


def model(name):
    return getattr(filters, name, None) or getattr(event_filters, name)


def entity(table):
    return next(mapper.class_ for mapper in orm.Base.registry.mappers if mapper.local_table.name == table)


async def seed(rows):
    async with (await db.engine()).connect() as connection:
        # rows may refer to rows that come later, and to some that never come
        if connection.dialect.name == "sqlite":
            driver = (await connection.get_raw_connection()).driver_connection
            await driver.execute("PRAGMA foreign_keys = OFF")
        else:
            await connection.execute(sa.text("SET session_replication_role = replica"))
        for name, members in rows.items():
            table = entity(name).__table__
            for row in members:
                await connection.execute(sa.insert(table).values(**{key: bound(table.c[key], value) for key, value in row.items()}))
        await connection.commit()


def bound(column, value):
    return datetime.datetime.fromisoformat(value) if value and isinstance(column.type, Timestamp) else value


APPLY = {
    "flows": ("flow", flows._apply_flow_filters, "flow_filter"),
    "flow_runs": ("flow_run", flow_runs._apply_flow_run_filters, "flow_run_filter"),
    "task_runs": ("task_run", task_runs._apply_task_run_filters, "task_run_filter"),
    "deployments": ("deployment", deployments._apply_deployment_filters, "deployment_filter"),
    "work_pools": ("work_pool", None, "work_pool_filter"),
    "work_pool_queues": ("work_queue", None, "work_queue_filter"),
    "artifacts": ("artifact", artifacts._apply_artifact_filters, "artifact_filter"),
    "artifact_collections": ("artifact_collection", artifacts._apply_artifact_collection_filters, "artifact_filter"),
    "block_documents": ("block_document", block_documents._apply_block_document_filters, "block_document_filter"),
    "block_types": ("block_type", None, "block_type_filter"),
    "block_schemas": ("block_schema", None, "block_schema_filter"),
}


async def related(session, question):
    table, apply, _ = APPLY[question["target"]]
    wanted = {APPLY[kind][2]: model(question["models"][kind]).model_validate(value) for kind, value in question["filters"].items()}
    if apply is None:
        return [str(found.id) for found in await block_types.read_block_types(session=session, **wanted)]
    query = apply(db, sa.select(entity(table).id), **wanted)
    return await ids(session, await query if asyncio.iscoroutine(query) else query)


async def ids(session, query):
    return [str(id) for id in (await session.execute(query)).scalars()]


async def sorted_keys(session, question):
    orm_entity = entity(question["table"])
    if question["model"] == "AutomationSort":
        terms = [orm_entity.sort_expression(AutomationSort(question["word"]))]
    else:
        terms = getattr(sorting, question["model"])(question["word"]).as_sql_sort()
    query = sa.select(orm_entity.id, *(term.element for term in terms)).order_by(*terms)
    return [[str(id), str(keys)] for id, *keys in await session.execute(query)]


def errors(question):
    try:
        # as FastAPI validates bodies
        model(question["model"]).model_validate(question["value"], from_attributes=True)
    except pydantic.ValidationError as error:
        return json.loads(error.json(include_url=False))
    return []


def search(query):
    parsed = parse_text_search_query(query)
    return {"include": parsed.include, "exclude": parsed.exclude, "required": parsed.required}


async def main():
    asked = json.load(sys.stdin)
    await db.create_db()
    await seed(asked["rows"])
    async with db.session_context() as session:
        answers = {
            "filters": [
                await ids(session, sa.select(entity(q["table"]).id).where(model(q["model"]).model_validate(q["value"]).as_sql_filter()))
                for q in asked["filters"]
            ],
            "related": [await related(session, q) for q in asked["related"]],
            "sorts": [await sorted_keys(session, q) for q in asked["sorts"]],
            "errors": [errors(q) for q in asked["errors"]],
            "searches": [search(q) for q in asked["searches"]],
            "schemas": {name: model(name).model_json_schema(ref_template="#/components/schemas/{model}") for name in asked["schemas"]},
        }
    json.dump(answers, sys.stdout)


warnings.simplefilter("ignore")
asyncio.run(main())
