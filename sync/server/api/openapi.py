"""The API described as OpenAPI: made from the messages themselves, so that it can't drift."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from sync.protocol import (
    CALLS,
    DIGEST_HEADER,
    MEDIA_TYPE,
    PROTOCOL_VERSION,
    VERSION_HEADER,
    Problem,
)

_WHERE = "#/components/schemas/{model}"


def described() -> dict[str, Any]:
    """The document: each call with its headers, its request, its answer and its refusals."""
    schemas: dict[str, Any] = {}
    calls = {
        f"/v{PROTOCOL_VERSION}/{name.replace('_', '-')}": {"post": _call(name, *kinds, schemas)}
        for name, kinds in CALLS.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "fieldapp", "version": str(PROTOCOL_VERSION)},
        "paths": calls,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"device": {"type": "http", "scheme": "bearer"}},
        },
    }


def _call(name: str, asked: type[Any], told: type[Any], schemas: dict[str, Any]) -> dict[str, Any]:
    refusal = _content(Problem, schemas) | {"description": "Nothing of it had an effect."}
    answers = {"200": _content(told, schemas) | {"description": "Done."}, "default": refusal}
    call: dict[str, Any] = {
        "operationId": name,
        "requestBody": _content(asked, schemas) | {"required": True},
    }
    call |= {"parameters": [_header(VERSION_HEADER), _header(DIGEST_HEADER)], "responses": answers}
    return call if name == "sign_in" else call | {"security": [{"device": []}]}


def _header(name: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}


def _content(kind: type[Any], schemas: dict[str, Any]) -> dict[str, Any]:
    schema = TypeAdapter(kind).json_schema(ref_template=_WHERE)
    schemas |= schema.pop("$defs", {})
    schemas[kind.__name__] = schema
    reference = {"$ref": _WHERE.format(model=kind.__name__)}
    return {"content": {MEDIA_TYPE: {"schema": reference}}}
