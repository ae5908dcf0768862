"""The service's own description of its API, and answers held against it."""

import json
import pathlib
import re

import jsonschema
import requests

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "service/openapi.json"
METHODS = ("get", "post", "put", "patch", "delete")
JSON = ("application/json", "application/problem+json")


def resolve(document, ref):
    """What a reference inside of the document stands for."""
    assert ref.startswith("#/"), ref
    for name in ref[2:].split("/"):
        document = document[name.replace("~1", "/").replace("~0", "~")]
    return document


def inline(document, value):
    """A value of the document, every reference replaced; none leads to itself."""
    if isinstance(value, list):
        return [inline(document, each) for each in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        assert list(value) == ["$ref"], value
        return inline(document, resolve(document, value["$ref"]))
    return {name: inline(document, each) for name, each in value.items()}


class Description:
    """Looks up what the document promises, and holds answers against it."""

    def __init__(self, document):
        self.whole = inline(document, document)
        self.validators = {}
        self.paths = [
            (re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), item)
            for path, item in self.whole["paths"].items()
        ]

    def operation(self, method, path):
        """None when there is no such path, or no such method on it."""
        method = "get" if method == "HEAD" else method.lower()
        items = [item for like, item in self.paths if like.fullmatch(path)]
        return next((item[method] for item in items if method in item), None)

    def promised(self, operation, path, status):
        """The response that the document has for this case."""
        if operation is not None:
            responses = operation["responses"]
            response = responses.get(str(status), responses.get("default"))
            assert response is not None, f"{status} is not documented"
            return response
        known = any(like.fullmatch(path) for like, _ in self.paths)
        # what is wrong with the request as such comes before path and method
        refusals = {404: "NotFound", 405: "MethodNotAllowed"}
        assert status != (404 if known else 405)
        name = refusals.get(status, "Refused")
        return self.whole["components"]["responses"][name]

    def validate(self, value, schema):
        validator = self.validators.get(id(schema))
        if validator is None:
            validator = jsonschema.Draft202012Validator(schema)
            self.validators[id(schema)] = validator
        validator.validate(value)

    def check_headers(self, headers, promised):
        for name, header in promised.get("headers", {}).items():
            if name in headers:
                self.validate(headers[name], header["schema"])
            else:
                assert not header.get("required"), f"{name} is missing"

    def check_body(self, got, promised):
        if "content" not in promised:
            assert not got.content, "a body is not documented"
            return
        kind = got.headers["Content-Type"]
        assert kind in promised["content"], f"{kind} is not documented"
        if kind in JSON and got.request.method != "HEAD":
            self.validate(json.loads(got.text), promised["content"][kind]["schema"])

    def check_request(self, got, operation):
        """What the service takes, the document allows; forms are not read."""
        content = operation.get("requestBody", {}).get("content", {})
        if got.status_code < 300 and "application/json" in content:
            body = json.loads(got.request.body)
            self.validate(body, content["application/json"]["schema"])

    def check(self, got):
        """Fails unless `got`, an answer of requests, is as documented."""
        path = got.request.path_url.split("?")[0]
        operation = self.operation(got.request.method, path)
        promised = self.promised(operation, path, got.status_code)
        self.check_headers(got.headers, promised)
        self.check_body(got, promised)
        if operation is not None:
            self.check_request(got, operation)

    def hook(self, got, **_):
        """For the hooks of a session of requests."""
        try:
            self.check(got)
        except (AssertionError, jsonschema.ValidationError) as e:
            asked = f"{got.request.method} {got.request.path_url}"
            raise AssertionError(
                f"{asked} gave {got.status_code}, not as service/openapi.json "
                f"says: {e}\n{got.text[:2000]}"
            ) from e


DESCRIPTION = Description(json.loads(DOCUMENT.read_text()))


def new_session():
    """A client each of whose answers is held against the document. It looks
    for no proxy and no password in the environment of the tests."""
    session = requests.Session()
    session.trust_env = False
    session.hooks["response"].append(DESCRIPTION.hook)
    return session
