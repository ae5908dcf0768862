"""GET /openapi.json: the document as such, and that it tells drift.

That the answers of the service are as it says is seen to wherever a test
asks the service something: Daemon of conftest.py checks every answer.
"""

import copy
import json
import re

import jsonschema
import pytest
import requests
from conftest import FIRST_KEY, PATIENCE_S, ROOT
from openapi import DESCRIPTION, DOCUMENT, METHODS, Description, inline

TEXT = {"type": "string", "minLength": 1}


def maps(of):
    return {"type": "object", "additionalProperties": of}


def thing(required, /, **properties):
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


# The rules of OpenAPI 3.1.0 for what the document uses, its references
# replaced: sections 4.8.1 to 4.8.27. Whatever is not here it may not use.
SCHEMA = {"type": ["object", "boolean"]}
CONTENT = {"minProperties": 1} | maps(thing("schema", schema=SCHEMA))
HEADER = thing("schema", description=TEXT, required={"type": "boolean"}, schema=SCHEMA)
RESPONSE = thing("description", description=TEXT, headers=maps(HEADER), content=CONTENT)
PARAMETER = thing(
    "name in schema",
    **{"in": {"enum": ["path", "query", "header"]}},
    name=TEXT,
    required={"type": "boolean"},
    description=TEXT,
    schema=SCHEMA,
) | {
    "if": {"properties": {"in": {"const": "path"}}},
    "then": {"required": ["required"], "properties": {"required": {"const": True}}},
}
BODY = thing(
    "content", description=TEXT, required={"type": "boolean"}, content=CONTENT
)
SECURITY = {"type": "array", "items": maps({"type": "array", "items": TEXT})}
OPERATION = thing(
    "operationId tags summary security responses",
    operationId={"type": "string", "pattern": "^[a-z][A-Za-z]+$"},
    tags={"type": "array", "minItems": 1, "items": TEXT},
    summary=TEXT,
    description=TEXT,
    security=SECURITY,
    parameters={"type": "array", "items": PARAMETER},
    requestBody=BODY,
    responses={
        "type": "object",
        "minProperties": 1,
        "patternProperties": {"^([1-5][0-9][0-9]|default)$": RESPONSE},
        "additionalProperties": False,
    },
)
SCHEME = {
    "type": "object",
    "required": ["type", "description"],
    "oneOf": [
        {"required": ["scheme"], "properties": {"type": {"const": "http"}}},
        {
            "required": ["name", "in"],
            "properties": {
                "type": {"const": "apiKey"},
                "in": {"enum": ["query", "header", "cookie"]},
            },
        },
    ],
}
RULES = thing(
    "openapi jsonSchemaDialect info servers tags paths components",
    openapi={"const": "3.1.0"},
    jsonSchemaDialect={"const": jsonschema.Draft202012Validator.META_SCHEMA["$id"]},
    info=thing("title version", title=TEXT, version=TEXT, summary=TEXT, description=TEXT),
    servers={"type": "array", "items": thing("url", url=TEXT)},
    tags={"type": "array", "items": thing("name", name=TEXT, description=TEXT)},
    paths={
        "type": "object",
        "patternProperties": {"^/": thing("", **dict.fromkeys(METHODS, OPERATION))},
        "additionalProperties": False,
    },
    components=thing(
        "schemas",
        schemas=maps(SCHEMA),
        responses=maps(RESPONSE),
        requestBodies=maps(BODY),
        parameters=maps(PARAMETER),
        headers=maps(HEADER),
        securitySchemes=maps(SCHEME),
    ),
)


def no_duplicates(pairs):
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), names
    return dict(pairs)


SOURCE = json.loads(DOCUMENT.read_text(), object_pairs_hook=no_duplicates)
WHOLE = inline(SOURCE, SOURCE)
OPERATIONS = {
    (method.upper(), path): operation
    for path, item in WHOLE["paths"].items()
    for method, operation in item.items()
}


def walk(value):
    """Every dictionary in a value."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, (dict, list)):
            yield from walk(each)


def test_it_keeps_the_rules():
    jsonschema.validate(WHOLE, RULES, jsonschema.Draft202012Validator)


def test_every_schema_is_one():
    schemas = [each["schema"] for each in walk(WHOLE) if "schema" in each]
    for schema in [*schemas, *WHOLE["components"]["schemas"].values()]:
        jsonschema.Draft202012Validator.check_schema(schema)


def test_nothing_is_left_over():
    """What the document defines it uses; 405 is for methods not in it."""
    used = {each["$ref"] for each in walk(SOURCE) if "$ref" in each}
    defined = {
        f"#/components/{kind}/{name}"
        for kind, things in SOURCE["components"].items()
        if kind != "securitySchemes"
        for name in things
    }
    assert defined - used == {"#/components/responses/MethodNotAllowed"}
    schemes = {name for o in OPERATIONS.values() for s in o["security"] for name in s}
    assert schemes == set(WHOLE["components"]["securitySchemes"])


def test_names_fit_together():
    ids = [o["operationId"] for o in OPERATIONS.values()]
    assert len(ids) == len(set(ids))
    tags = {tag["name"] for tag in WHOLE["tags"]}
    for (_, path), operation in OPERATIONS.items():
        assert set(operation["tags"]) <= tags
        named = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path))


def test_the_version():
    version = (ROOT / "service/version.h").read_text()
    assert f'"{WHOLE["info"]["version"]}"' in version


# The moderators' page is no part of the API.
PAGE = ("/", "/ui/{file}")


def routes():
    """The rows of api.c: (method, path) and the scopes, one of which it asks."""
    scope = r"SCOPE_\w+"
    row = r'\{\s*(ROUTE_[A-Z_| ]+),\s*"([^"]+)",[^}]*?'
    row += rf"((?:{scope}\s*\|\s*)*{scope}|\b0)(?:,\s*ROUTE_\w+)?"
    row += r"(?:,\s*\.load = LOAD_\w+)?(?:,\s*\.sorted = true)?,?\s*\}"
    rows = re.findall(row, (ROOT / "service/edge/api.c").read_text())
    return {
        (method, path): {s.lower() for s in re.findall(r"SCOPE_(\w+)", scopes)}
        for methods, path, scopes in rows
        if path not in PAGE
        for method in re.findall(r"ROUTE_(\w+)", methods)
    }


def test_every_route_is_described():
    described = {
        route: {scope for s in o["security"] for scope in s.get("bearerKey", [])}
        for route, o in OPERATIONS.items()
    }
    assert described == routes()


def test_every_limit_is_described():
    """Whoever needs a key may be slowed down, and is told before."""
    for path, item in DESCRIPTION.whole["paths"].items():
        for method, operation in item.items():
            if not operation["security"] or "sessionCookie" in operation["security"][0]:
                continue
            responses = operation["responses"]
            assert "Retry-After" in responses["429"]["headers"], (method, path)
            for status, response in responses.items():
                if path.startswith("/v1/") and status < "300":
                    assert "RateLimit" in response["headers"], (method, path)


@pytest.mark.parametrize("admin", [False, True])
def test_it_is_served(daemon, admin):
    got = requests.get(daemon.url("/openapi.json", admin), timeout=PATIENCE_S)
    assert got.status_code == 200
    assert got.headers["Content-Type"] == "application/json"
    assert got.content == DOCUMENT.read_bytes()


ENDPOINTS = WHOLE["components"]["parameters"]["AkismetEndpoint"]["schema"]["enum"]


@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize("name", ENDPOINTS)
def test_akismet(daemon, version, name):
    """Every endpoint is there; what it says the session's hook looks at."""
    fields = {"api_key": FIRST_KEY, "key": FIRST_KEY, "blog": "http://blog.example"}
    fields |= {"user_ip": "192.0.2.7", "is_test": "1"}
    path = daemon.url(f"/{version}/{name}")
    for got in (
        daemon.session.get(path, params=fields, timeout=PATIENCE_S),
        daemon.session.post(path, data=fields, timeout=PATIENCE_S),
    ):
        assert got.status_code == 200 and got.content


VERDICT = ("components", "schemas", "ExplainedVerdict")
PROBLEM = ("components", "schemas", "Problem")

# name: where the document is changed, how
DRIFTS = {
    "a member more": (VERDICT, lambda s: s["properties"].pop("margin")),
    "a member less": (VERDICT, lambda s: s["required"].append("more")),
    "a member of another type": (
        VERDICT,
        lambda s: s["properties"].update(bias={"type": "string"}),
    ),
    "a member that is taken": (
        ("components", "schemas", "Comment"),
        lambda s: s["properties"].update(content={"maxLength": 1}),
    ),
    "a header less": (
        ("components", "headers", "NoSniff", "schema"),
        lambda s: s.update(const="other"),
    ),
    "another status": (
        ("paths", "/v1/comments", "post", "responses"),
        lambda s: s.pop("200"),
    ),
    "another content type": (
        ("paths", "/v1/comments", "post", "responses", "200", "content"),
        lambda s: s.update(text=s.pop("application/json")),
    ),
    "an error's member more": (PROBLEM, lambda s: s["properties"].pop("errors")),
}


@pytest.mark.parametrize("name", DRIFTS)
def test_drift_is_told(daemon, name):
    """The document differs from the service: the client must say so."""
    where, change = DRIFTS[name]
    document = copy.deepcopy(SOURCE)
    place = document
    for step in where:
        place = place[step]
    change(place)
    asked = {"content": "fine", "test": True}
    if where == PROBLEM:
        asked = {"content": 5}
    got = daemon.post(asked)
    Description(SOURCE).hook(got)
    with pytest.raises(AssertionError, match="not as service/openapi.json says"):
        Description(document).hook(got)


def test_every_answer_is_checked(daemon, monkeypatch):
    monkeypatch.setattr(DESCRIPTION, "paths", [])
    with pytest.raises(AssertionError, match="GET /livez gave 200"):
        daemon.get("/livez")
