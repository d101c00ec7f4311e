"""Runs the reference's settings on many environments and files, and writes what they resolve to.

    python generate-reference-settings.py        (with the python of an environment that has prefect installed)

Writes fixtures/reference-settings.jsonl: for each case its input, and either the settings that differ from those of
the first case (which sets nothing) or "refused". $DIR stands for the working directory, $HOME for the user's home.
"""

import json
import logging
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

scratch = Path(tempfile.mkdtemp()).resolve()
home = scratch / "user"
home.mkdir()
for name in [n for n in os.environ if n.startswith("PREFECT") or n in ("SSL_CERT_FILE", "ORION_ENCRYPTION_KEY")]:
    del os.environ[name]
os.environ["HOME"] = str(home)
warnings.simplefilter("ignore")
logging.disable()

from prefect.settings import Settings  # noqa: E402

cases = []


def case(title, env=None, **files):
    """A case; files: dotenv, prefect, pyproject, profiles ($PREFECT_HOME/profiles.toml when env sets it), usual (~/.prefect)."""
    cases.append({"title": title, "env": env or {}, "files": files})


case("nothing is set")

# ---- kinds of values ------------------------------------------------------------------------------------------------
values = {
    "PREFECT_DEBUG_MODE": ["1", "0", "on", "OFF", "Yes", "n", "t", "F", "TRUE", "true ", "2", "", "enabled"],
    "PREFECT_SERVER_API_PORT": [
        "1", "+1", " 1 ", "1.0", "1.00", "1.5", "1.", ".0", "1_000", "1__0", "_1", "1e3", "", "0x10", "-5", "-0", "00012", "\n5",
        "tcp://10.0.0.1:4200",
    ],
    "PREFECT_API_REQUEST_TIMEOUT": [
        "1", "1.0", "+1.5", " 1 ", "1e3", "1E-2", "1_000.5", "1__0", "", "inf", "-Infinity", "INF", "nan", ".5", "5.", "0x10", "1e", "-0",
        "12345678901234567890", "0.1",
    ],
    "PREFECT_SERVER_API_CSRF_TOKEN_EXPIRATION": [
        "PT1S", "P1D", "PT1.5S", "p1w", "-P1D", "+PT1S", "P1Y", "P1M", "PT1H30M", "P1W2D", "P1.5D", "P0.5Y", "P1DT", "PT", "P", "30", "0", "1.5",
        "1e3", "1:00:00", "01:00", "10:20:30.123456", "00:00:00,5", "100:00:00", "24:00:00", "1000:00:00", "01:60:00", "01:00:60", "-01:00:00",
        "+01:00", "1 day", "1d", "2 days", "3 d", "1 DAY", "1 day, 01:00:00", "1 day,01:00:00", "1 days 01:00:00", "1 01:00:00", "-1 day",
        "-1 day, 01:00:00", "  PT1H", "PT1H ", "PT0.1234567S", "999999999 days", "P400D", "P365D", "PT90M", "PT0.000001S", "1 day 01:00", "",
    ],
    "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": ["30", "1.5", "-3", "PT1M", "00:01:00", "x", "", "1_0", "inf", "nan", "1e3", " 7 ", "0.1234567"],
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": ["3600", "3601", "P1D", "0"],
    "PREFECT_SERVER_LOGGING_LEVEL": ["debug", "Info", "WARN", "CRITICAL", "", "10"],
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": ["warn", "ignore", "WARN", ""],
    "PREFECT_SERVER_DATABASE_DRIVER": ["sqlite+aiosqlite", "mysql"],
    "PREFECT_API_URL": ["", "x"],
    "PREFECT_CLI_PROMPT": ["true", "", "null", "none"],
    "PREFECT_SERVER_DATABASE_TIMEOUT": ["3", "", "None"],
    "PREFECT_CLIENT_MAX_RETRIES": ["0", "-1"],
    "PREFECT_CLIENT_RETRY_JITTER_FACTOR": ["0", "-0.1"],
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": ["30", "29", ""],
    "PREFECT_TASKS_RUNNER_THREAD_POOL_MAX_WORKERS": ["0", "1"],
    "PREFECT_SERVER_CONCURRENCY_INITIAL_DEPLOYMENT_LEASE_DURATION": ["30", "29.9", "3600", "3601"],
    "PREFECT_SERVER_CONCURRENCY_MAXIMUM_CONCURRENCY_SLOT_WAIT_SECONDS": ["0", "-1"],
    "PREFECT_SERVER_EVENTS_WEBSOCKET_BACKFILL_PAGE_SIZE": ["0", "1"],
    "PREFECT_SERVER_EVENTS_MAXIMUM_EVENT_NAME_LENGTH": ["0", "1"],
    "PREFECT_SERVER_DATABASE_MIGRATION_TIMEOUT": ["0", "0.5"],
    "PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_LEASE_SECONDS": ["0", "1"],
    "PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_MAX_DELIVERY_ATTEMPTS": ["0", "1"],
    "PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_COMPLETED_IDEMPOTENCY_RETENTION_SECONDS": ["-1", "0", "12"],
    "PREFECT_SERVER_API_MAX_PARAMETER_SIZE": ["-1", "0"],
    "PREFECT_TELEMETRY_RESOURCE_METRICS_INTERVAL_SECONDS": ["0", "1"],
    "PREFECT_CLIENT_RETRY_EXTRA_CODES": ["", "404", "404,429", " 404 , 429 ", "[404, 429]", "99", "600", "404,x", "404,", "{}", "404.0", '["404"]'],
    "PREFECT_CLIENT_CUSTOM_HEADERS": ["{}", '{"a": "b"}', '{"a": 1}', "[]", "x", "", '"{}"'],
    "PREFECT_LOGGING_EXTRA_LOGGERS": ["", "a", "a,b", " a , b,a", '["a", "b"]', "1", '"a,b"', "a,,b", "null", "true", "0"],
    "PREFECT_PLUGINS_ALLOW": ["a,b", '["a"]', "", "1"],
    "PREFECT_FLOWS_DEFAULT_RETRY_DELAY_SECONDS": ["10", "10.5", "10.0", "[1, 2.5]", "1,2", "x", "", "true", '"10"', '["1"]', "null"],
    "PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS": ["10", "10.5", "[1, 2.5]", "1,2", "1,,2", " ", "x", "", ",", "1e2", "true", '"10"', '"1,2"', '["1"]', "null"],
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": [
        "true", "True", "1", "0", "false", "", "events", "events,flow_runs", " events , orphans ,", '["events"]', "null", "2", "[]", ",", "events,events",
    ],
    "PREFECT_SERVER_SERVICES_DB_VACUUM_EVENT_RETENTION_OVERRIDES": ["{}", '{"a": 60}', '{"a": "P1D", "b": "60"}', '{"a": 0}', '{"a": "x"}', "x", "[]"],
    "PREFECT_TESTING_TEST_SETTING": ["x", "1"],
    "PREFECT_HOME": ["~/there", "/a//b/./c/", "relative", "~", "~x", "//a/b", "/a/../b"],
    "PREFECT_PROFILES_PATH": ["$PREFECT_HOME/p.toml", "/a/p.toml", "p.toml"],
    "PREFECT_RESULTS_LOCAL_STORAGE_PATH": ["/s/", "~/s", "", "."],
}
for variable, texts in values.items():
    for text in texts:
        case(f"{variable}={text!r}", {variable: text})


# ---- every name -----------------------------------------------------------------------------------------------------
def fields(model, path=()):
    for key, field in model.model_fields.items():
        annotation = field.annotation
        if hasattr(annotation, "model_fields"):
            yield from fields(annotation, (*path, key))
        else:
            prefix = model.model_config["env_prefix"]
            alias = field.validation_alias
            names = [choice.upper() for choice in alias.choices if isinstance(choice, str)] if alias else [f"{prefix}{key}".upper()]
            yield (*path, key), names, field


def another(path, field):
    """A text that is good for the field and not its default."""
    special = {
        "home": "/another/home", "driver": "sqlite+aiosqlite", "connection_url": "sqlite+aiosqlite:////another.db", "retention_period": "P200D",
        "retry_extra_codes": "418", "custom_headers": '{"a": "b"}', "event_retention_overrides": '{"a": 60}', "when_missing_flow": "error",
        "initial_deployment_lease_duration": "77", "default_retry_delay_seconds": "77", "max_log_size": "77",
    }
    if path[-1] in special:
        return special[path[-1]]
    kind = str(field.annotation)
    if "log_level" in path[-1] or "logging_level" in path[-1] or path == ("logging", "level"):
        return "CRITICAL"
    if path[-1] == "enabled" and path[-2] == "db_vacuum":
        return "orphans"
    if field.annotation is bool:
        return "false" if field.default else "true"
    if "bool" in kind:
        return "true"
    if "int" in kind or "float" in kind:
        return "77"
    return "PT77S" if "timedelta" in kind else "another"


every = list(fields(Settings))
case("every canonical variable", {names[0]: another(path, field) for path, names, field in every})
case("every older variable", {names[-1]: another(path, field) for path, names, field in every if len(names) > 1})
case("lower case", {names[0].lower(): another(path, field) for path, names, field in every[::7]})
case("every variable in a profile", {"PREFECT_HOME": "$DIR"}, profiles='active = "a"\n[profiles.a]\n' + "\n".join(
    f"{names[0]} = {json.dumps(another(path, field))}" for path, names, field in every if path[-1] != "home"))
case("every older variable in a profile", {"PREFECT_HOME": "$DIR"}, profiles='active = "a"\n[profiles.a]\n' + "\n".join(
    f"{names[-1]} = {json.dumps(another(path, field))}" for path, names, field in every if len(names) > 1))
case("every variable in .env", dotenv="\n".join(f"{names[0]}='{another(path, field)}'" for path, names, field in every))


def toml_value(path, field):
    text = another(path, field)
    if path[-1] in ("custom_headers", "event_retention_overrides"):
        return "{ " + ", ".join(f"{key} = {json.dumps(value)}" for key, value in json.loads(text).items()) + " }"
    return text if text in ("true", "false") or text.isdigit() else json.dumps(text)


def toml(header=()):
    lines = []
    for path, _, field in every:
        if path[-1] != "profiles_path":
            lines.append(f"{'.'.join([*header, *path])} = {toml_value(path, field)}")
    return "\n".join(lines)


case("every setting in prefect.toml", prefect=toml())
case("every setting in pyproject.toml", pyproject=toml(("tool", "prefect")))

# ---- values of other types in TOML and profiles ---------------------------------------------------------------------
for path, texts in {
    "server.api.host": ["5", "true", "['a']", "{ a = 1 }"],
    "server.api.port": ["5", "5.0", "5.5", "'5'", "true", "[5]", "1979-05-27"],
    "api.request_timeout": ["5", "5.5", "'5'", "false", "inf"],
    "debug_mode": ["1", "0", "2", "1.0", "0.5", "'yes'"],
    "server.api.csrf_token_expiration": ["30", "1.5", "-3", "'PT1S'", "'30'", "true", "07:32:00"],
    "server.services.late_runs.after_seconds": ["30", "1.5", "'30'", "true"],
    "plugins.allow": ["['a', 'b']", "'a,b'", "[1]", "5", "[]"],
    "logging.extra_loggers": ["['a', 'b', 'a']", "'a'", "false"],
    "logging.level": ["'debug'", "10"],
    "client.retry_extra_codes": ["[404, 429]", "404", "'404,429'", "['404']", "404.0", "'[404]'", "true"],
    "client.custom_headers": ["{ a = 'b' }", "'{\"a\": \"b\"}'", "{ a = 1 }", "[]"],
    "flows.default_retry_delay_seconds": ["10", "10.0", "[1, 2.5]", "'10'", "'1,2'", "'[1, 2]'", "true", "'10.5'"],
    "tasks.default_retry_delay_seconds": ["10", "10.5", "[1, 2.5]", "'10'", "'1,2'", "'[1, 2]'", "true", "['1']"],
    "server.services.db_vacuum.enabled": ["true", "false", "['events']", "'events,orphans'", "1", "0", "'true'", "2", "[]"],
    "server.services.db_vacuum.event_retention_overrides": ["{ a = 60 }", "{ a = 'P1D' }", "{ a = 0 }", "'{\"a\": 60}'", "{ a = true }"],
    "testing.test_setting": ["5", "'x'", "true", "5.5"],
    "home": ["'/h'", "5"],
    "server.memo_store_path": ["'/m/'", "5"],
    "server.database.password": ["'p'", "5"],
}.items():
    for text in texts:
        case(f"prefect.toml: {path} = {text}", prefect=f"{path} = {text}\n")
for line in [
    "PREFECT_SERVER_API_PORT = 5", "PREFECT_DEBUG_MODE = true", "PREFECT_API_REQUEST_TIMEOUT = 1.5", "PREFECT_LOGGING_EXTRA_LOGGERS = ['a']",
    "PREFECT_CLIENT_CUSTOM_HEADERS = '{\"a\": \"b\"}'", "PREFECT_SERVER_API_HOST = 5", "PREFECT_UI_ENABLED = false", "server_api_port = '5'",
    "PREFECT_CLIENT_RETRY_EXTRA_CODES = '[404]'", "prefect_server_api_port = '5'", "PREFECT_SERVER_API_PORT = 'x'", "UNKNOWN = 'x'",
    "PREFECT_PLUGINS_ALLOW = '1'",
]:
    case(f"profile: {line}", {"PREFECT_HOME": "$DIR"}, profiles=f"active = 'a'\n[profiles.a]\n{line}\n")

# ---- which source goes first ----------------------------------------------------------------------------------------
new, old, plain = "PREFECT_SERVER_UI_SERVE_BASE", "PREFECT_UI_SERVE_BASE", "PREFECT_SERVER_API_HOST"
sources = {
    "env new": ("env", new), "env old": ("env", old), "dotenv new": ("dotenv", new), "dotenv old": ("dotenv", old),
    "prefect": ("prefect", None), "pyproject": ("pyproject", None), "profile new": ("profiles", new), "profile old": ("profiles", old),
}


def combine(title, chosen, names, section):
    env, files = {"PREFECT_HOME": "$DIR"}, {}
    for key in chosen:
        kind, name = names[key]
        text = f"/{key.replace(' ', '-')}"
        field = "serve_base" if section == "ui" else "host"
        if kind == "env":
            env[name] = text
        elif kind == "prefect":
            files["prefect"] = f"[server.{section}]\n{field} = '{text}'\n"
        elif kind == "pyproject":
            files["pyproject"] = f"[tool.prefect.server.{section}]\n{field} = '{text}'\n"
        elif kind == "dotenv":
            files["dotenv"] = files.get("dotenv", "") + f"{name}={text}\n"
        else:
            files["profiles"] = files.get("profiles", "active = 'a'\n[profiles.a]\n") + f"{name} = '{text}'\n"
    case(title, env, **files)


keys = list(sources)
for first in range(len(keys)):
    for second in range(first + 1, len(keys)):
        combine(f"first: {keys[first]} or {keys[second]}", [keys[first], keys[second]], sources, "ui")
without_old = {key.removesuffix(" new"): (kind, name and plain) for key, (kind, name) in sources.items() if not key.endswith(" old")}
for count in range(1, len(without_old) + 1):
    combine(f"first of the last {count}", list(without_old)[-count:], without_old, "api")

# ---- profiles -------------------------------------------------------------------------------------------------------
two = "active = 'a'\n[profiles.a]\nPREFECT_API_URL = 'http://a/api'\n[profiles.b]\nPREFECT_API_URL = 'http://b/api'\n"
case("the active profile", {"PREFECT_HOME": "$DIR"}, profiles=two)
case("PREFECT_PROFILE", {"PREFECT_HOME": "$DIR", "PREFECT_PROFILE": "b"}, profiles=two)
case("PREFECT_PROFILE that is missing", {"PREFECT_HOME": "$DIR", "PREFECT_PROFILE": "c"}, profiles=two)
case("PREFECT_PROFILE empty", {"PREFECT_HOME": "$DIR", "PREFECT_PROFILE": ""}, profiles=two)
case("no active profile", {"PREFECT_HOME": "$DIR"}, profiles=two.replace("active = 'a'", ""))
case("active profile that is missing", {"PREFECT_HOME": "$DIR"}, profiles=two.replace("active = 'a'", "active = 'z'"))
case("invalid profiles", {"PREFECT_HOME": "$DIR"}, profiles="active = \n")
case("empty profiles", {"PREFECT_HOME": "$DIR"}, profiles="")
case("profiles path in the environment", {"PREFECT_PROFILES_PATH": "$DIR/profiles.toml"}, profiles=two)
case("profiles path in .env", dotenv="PREFECT_PROFILES_PATH=$DIR/profiles.toml\n", profiles=two)
case("profiles path in prefect.toml", prefect="profiles_path = '$DIR/profiles.toml'\n", profiles=two)
case("profiles path in pyproject.toml", pyproject="[tool.prefect]\nprofiles_path = '$DIR/profiles.toml'\n", profiles=two)
case("relative profiles path", {"PREFECT_PROFILES_PATH": "profiles.toml"}, profiles=two)
case("home in .env does not find profiles", dotenv="PREFECT_HOME=$DIR\n", profiles=two)
case("a file at the usual place", usual=two)
case("a file at the usual place, PREFECT_PROFILE", {"PREFECT_PROFILE": "b"}, usual=two)
case("PREFECT_PROFILE of the built-in ones", {"PREFECT_PROFILE": "test"})
case("PREFECT_PROFILE local of the built-in ones", {"PREFECT_PROFILE": "local"})
case("PREFECT_PROFILE with a home without profiles", {"PREFECT_HOME": "$DIR", "PREFECT_PROFILE": "local"})
case("PREFECT_PROFILE in .env", {"PREFECT_HOME": "$DIR"}, dotenv="PREFECT_PROFILE=b\n", profiles=two)
case("test mode", {"PREFECT_HOME": "$DIR", "PREFECT_TEST_MODE": "1"}, profiles=two)
case("unit test mode", {"PREFECT_HOME": "$DIR", "PREFECT_TESTING_UNIT_TEST_MODE": "true"}, profiles=two)
case("test mode says false", {"PREFECT_HOME": "$DIR", "PREFECT_TESTING_TEST_MODE": "false"}, profiles=two)
case("test mode in .env", {"PREFECT_HOME": "$DIR"}, dotenv="PREFECT_TEST_MODE=1\n", profiles=two)

# ---- .env -----------------------------------------------------------------------------------------------------------
for text in [
    "{}=a", "{}=a # c", "{}=a#c", "{}= # c", "{}=#c", "{}='a # b'", '{}="a # b" # c', "export {}=a", "  {}  =  a  ", "{}", "{}=", "{}=\"a\\nb\"",
    "{}='a\\nb'", "{}='a\\'b'", '{}="a\\"b"', "'{}'=a", "{}=\"a\nb\"", "#{}=a", "{}=a\r\nOTHER=b", "\n\n{}=a\n\n", "{}=a=b", "{}='a' b\n{}=c",
    "{}=\"a", "{}=${{OTHER}}b", "OTHER=1\n{}=${{OTHER}}b", "{}=${{OTHER:-d}}b", "{}=$OTHER", "{}=${{HOST_VARIABLE}}", "{}='${{HOST_VARIABLE}}'",
    "HOST_VARIABLE=file\n{}=${{HOST_VARIABLE}}", "{}=a\n{}=b", "= x\n{}=a", "\ufeff{}=a", "{}=\"a\\\\\"", "{}=a\\nb", "{}: a", "{}=\"\"",
    "{}=\"a\\tb\\x\"", "prefect_server_api_host=a", "{} = 'a'", "EMPTY\n{}=${{EMPTY}}", "a b c\n{}=a", "{}=\u00e4 \u20ac",
]:
    case(f".env: {text!r}", {"HOST_VARIABLE": "machine"}, dotenv=text.replace("{{", "{").replace("}}", "}").replace("{}", plain))

# ---- TOML -----------------------------------------------------------------------------------------------------------
case("invalid prefect.toml", prefect="x = \n")
case("invalid pyproject.toml", pyproject="x = \n")
case("unknown keys", prefect="unknown = 1\n[server]\nunknown = 2\n", pyproject="[tool.other]\nx = 1\n")
case("env names in prefect.toml", prefect="PREFECT_SERVER_API_HOST = 'x'\n")

# ---- values that follow from others ---------------------------------------------------------------------------------
url = "PREFECT_SERVER_DATABASE_CONNECTION_URL"
parts = {
    "PREFECT_SERVER_DATABASE_DRIVER": "postgresql+asyncpg", "PREFECT_SERVER_DATABASE_HOST": "h", "PREFECT_SERVER_DATABASE_USER": "u",
    "PREFECT_SERVER_DATABASE_NAME": "n",
}
case("database of parts", parts)
case("database of parts with port and password", {**parts, "PREFECT_SERVER_DATABASE_PORT": "1", "PREFECT_SERVER_DATABASE_PASSWORD": "p"})
case("database with odd user and password", {**parts, "PREFECT_SERVER_DATABASE_USER": "a b@c/d:e+f%g", "PREFECT_SERVER_DATABASE_PASSWORD": "ä@:/ +%#?&='\"!()*~-._"})
case("database on an IPv6 host", {**parts, "PREFECT_SERVER_DATABASE_HOST": "::1"})
case("database without host", {k: v for k, v in parts.items() if not k.endswith("HOST")})
case("database with an empty password", {**parts, "PREFECT_SERVER_DATABASE_PASSWORD": ""})
case("database with port 0", {**parts, "PREFECT_SERVER_DATABASE_PORT": "0"})
case("database parts without driver", {k: v for k, v in parts.items() if not k.endswith("DRIVER")})
case("sqlite by parts", {"PREFECT_SERVER_DATABASE_DRIVER": "sqlite+aiosqlite", "PREFECT_SERVER_DATABASE_NAME": "/x.db"})
case("sqlite driver alone", {"PREFECT_SERVER_DATABASE_DRIVER": "sqlite+aiosqlite"})
case("password in its place", {url: "postgresql+asyncpg://u:${PREFECT_SERVER_DATABASE_PASSWORD}@h/n", "PREFECT_SERVER_DATABASE_PASSWORD": "p$&"})
case("password in its older place", {url: "postgresql+asyncpg://u:${PREFECT_API_DATABASE_PASSWORD}@h/n", "PREFECT_API_DATABASE_PASSWORD": "p"})
case("no password for its place", {url: "postgresql+asyncpg://u:${PREFECT_API_DATABASE_PASSWORD}@h/n"})
case("password without a place", {url: "postgresql+asyncpg://u@h/n", "PREFECT_SERVER_DATABASE_PASSWORD": "p"})
case("URL and parts", {**parts, url: "sqlite+aiosqlite:///x.db"})
case("debug mode", {"PREFECT_DEBUG_MODE": "1", "PREFECT_LOGGING_LEVEL": "ERROR"})
case("API URL", {"PREFECT_API_URL": "http://h:1/api"})
case("API URL with more after it", {"PREFECT_API_URL": "https://api.prefect.cloud/api/accounts/1/workspaces/2"})
case("API URL of another cloud", {"PREFECT_CLOUD_API_URL": "https://api.stg.prefect.dev/api", "PREFECT_API_URL": "https://api.stg.prefect.dev/api/accounts/1/workspaces/2"})
case("cloud elsewhere", {"PREFECT_CLOUD_API_URL": "https://cloud.example.com/api"})
case("cloud with a UI", {"PREFECT_CLOUD_API_URL": "https://x.example.com/api", "PREFECT_CLOUD_UI_URL": "https://ui.example.com", "PREFECT_API_URL": "https://x.example.com/api/y"})
case("log size in the cloud", {"PREFECT_API_URL": "https://api.prefect.cloud/api/x", "PREFECT_LOGGING_TO_API_MAX_LOG_SIZE": "30000"})
case("log size larger than a batch", {"PREFECT_LOGGING_TO_API_MAX_LOG_SIZE": "10", "PREFECT_LOGGING_TO_API_BATCH_SIZE": "5"})
case("host and port in the UI's API URL", {"PREFECT_SERVER_API_HOST": "0.0.0.0", "PREFECT_SERVER_API_PORT": "80"})
case("UI's API URL", {"PREFECT_UI_API_URL": "http://ui/api", "PREFECT_API_URL": "http://h/api"})
case("UI's API URL empty", {"PREFECT_UI_API_URL": ""})
case("UI URL", {"PREFECT_UI_URL": "http://ui"})
case("home", {"PREFECT_HOME": "/h"})

# ---- run ------------------------------------------------------------------------------------------------------------
names = {"dotenv": ".env", "prefect": "prefect.toml", "pyproject": "pyproject.toml", "profiles": "profiles.toml", "usual": "../user/.prefect/profiles.toml"}


def flatten(value, path=()):
    for key, item in value.items():
        here = (*path, key)
        if isinstance(item, dict) and key not in ("custom_headers", "event_retention_overrides"):
            yield from flatten(item, here)
        else:
            yield ".".join(here), sorted(item) if isinstance(item, list) and all(isinstance(i, str) for i in item) else item


def run(number, entry):
    folder = scratch / f"case{number}"
    folder.mkdir()
    place = lambda text: text.replace("$DIR", str(folder))  # noqa: E731
    for key, text in entry["files"].items():
        file = folder / names[key]
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(place(text).encode())
    os.chdir(folder)
    os.environ.update({key: place(text) for key, text in entry["env"].items()})
    try:
        return dict(flatten(Settings().model_dump(mode="json", context={"include_secrets": True})))
    except Exception as error:
        print(f"refused: {entry['title']}: {type(error).__name__}", file=sys.stderr)
        return None
    finally:
        for key in entry["env"]:
            del os.environ[key]
        shutil.rmtree(home / ".prefect", ignore_errors=True)


def portable(number, value):
    text = json.dumps(value).replace(str(scratch / f"case{number}"), "$DIR").replace(str(home), "$HOME")
    return json.loads(text)


results, first = [], {}
for number, entry in enumerate(cases):
    found = portable(number, run(number, entry))
    if number == 0:
        first = found
    entry["settings"] = "refused" if found is None else {key: value for key, value in found.items() if number == 0 or value != first[key]}
    results.append(entry)
lines = "".join(f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in results)
(Path(__file__).parent / "fixtures" / "reference-settings.jsonl").write_text(lines)
shutil.rmtree(scratch)
print(len(results), "cases", file=sys.stderr)
