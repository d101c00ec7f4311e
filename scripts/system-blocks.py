"""
Writes the block types that the reference registers by itself, with their schemas: Prefect's own to system-blocks.json,
those of its integrations to collection-blocks.json.

    python scripts/system-blocks.py src/resources/block-types && npx biome format --write src/resources/block-types

Needs prefect in the version that is to be matched. Blocks of further packages that happen to be installed do not count.
"""

import json
import sys
from pathlib import Path

import prefect.server.api.server  # noqa: F401  (imports what a server has in its registry)
from prefect.blocks.core import Block
from prefect.blocks.system import Secret
from prefect.blocks.webhook import Webhook
from prefect.filesystems import LocalFileSystem
from prefect.server.models.block_registration import COLLECTIONS_BLOCKS_DATA_PATH
from prefect.utilities.dispatch import get_registry_for_type

TYPE_FIELDS = ("name", "slug", "logo_url", "documentation_url", "description", "code_example")
SCHEMA_FIELDS = ("fields", "capabilities", "version")
PROTECTED = (Webhook, Secret, LocalFileSystem)


def entry(protected, block_type, block_schema):
    block_schema["capabilities"] = sorted(block_schema.get("capabilities", []))
    return {
        "is_protected": protected,
        "type": {key: block_type.get(key) for key in TYPE_FIELDS},
        "schema": {key: block_schema[key] for key in SCHEMA_FIELDS if key in block_schema},
    }


def of_class(block, protected):
    block_type = block._to_block_type()
    schema = block._to_block_schema(block_type_id=block_type.id)
    return entry(protected, block_type.model_dump(mode="json"), schema.model_dump(mode="json"))


def write(name, blocks):
    (Path(sys.argv[1]) / name).write_text(json.dumps(blocks, ensure_ascii=False, indent=2) + "\n")


registry = (get_registry_for_type(Block) or {}).values()
own = [block for block in registry if block.__module__.startswith("prefect.") and block not in PROTECTED]
write("system-blocks.json", [of_class(block, True) for block in PROTECTED] + [of_class(block, False) for block in own])

collections = json.loads(COLLECTIONS_BLOCKS_DATA_PATH.read_text())["collections"].values()
of_collections = [block_type for collection in collections for block_type in collection["block_types"].values()]
write("collection-blocks.json", [entry(False, block_type, block_type["block_schema"]) for block_type in of_collections])
