"""Runs the scenario with a version of `immichpy`: python immichpy.py SCENARIO DESCRIPTION < the line of `immich-fake`.

The models of the client judge the responses.
"""

import asyncio
import inspect
import json
import re
import sys
import typing

# This file has the name of the package: the folder of the script must not be searched.
sys.path.pop(0)

from immichpy import AsyncClient  # noqa: E402
from immichpy.client.generated.exceptions import ApiException  # noqa: E402

scenario, description = sys.argv[1:3]
server = json.load(sys.stdin)
kept = {**server, "adminKey": server["apiKey"]}
with open(description) as file:
    paths = json.load(file)["paths"]
operations = {operation["operationId"]: operation for methods in paths.values() for operation in methods.values()}
version = [int(part) for part in server["version"].split(".")]
report = {
    "calls": 0, "decoded": 0, "known": 0, "refused": {}, "undecodable": [], "notImplemented": [], "faults": [], "notCalled": [],
}
called = set()
clients = {}


def snake(name):
    """The name of a method or parameter, as the generator of the client writes it."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def filled(value):
    if isinstance(value, list):
        return [filled(one) for one in value]
    if isinstance(value, dict):
        return {name: filled(one) for name, one in value.items()}
    return kept[value[1:]] if isinstance(value, str) and value.startswith("$") else value


def client(credentials):
    """A client with these credentials, whose last response is kept in its attribute `wire`."""
    name = json.dumps(credentials)
    if name not in clients:
        given = {} if credentials == "nobody" else {"api_key": credentials}
        if isinstance(credentials, dict):
            given = {"access_token": credentials["token"]}
        made = AsyncClient(base_url=server["apiUrl"], **given)
        api = made.base_client if hasattr(made, "base_client") else made.albums.api_client
        send = api.rest_client.request

        async def request(*arguments, **named):
            response = await send(*arguments, **named)
            await response.read()
            made.wire = response
            return response

        api.rest_client.request = request
        clients[name] = made
    return clients[name]


def method(made, operation):
    """The method of an operation. The group of deprecated operations has them a second time."""
    wanted = snake(operation) + "_with_http_info"
    for group, api in vars(made).items():
        if group != "deprecated" and hasattr(api, wanted):
            return getattr(api, wanted)
    deprecated = getattr(made, "deprecated", None)
    return getattr(deprecated, wanted, None)


def model(annotation):
    """The model in an annotation such as `Optional[Annotated[Model, ..]]`."""
    if hasattr(annotation, "from_dict"):
        return annotation
    return next(filter(None, map(model, typing.get_args(annotation))), None)


def arguments(function, step):
    parameters = inspect.signature(function).parameters
    given = {**step.get("with", {}), **step.get("form", {})}
    result = {}
    for name, value in filled(given).items():
        name = snake(name)
        name = name if name in parameters else "var_" + name
        if isinstance(value, dict) and "file" in value:
            value = (value["file"], value["text"].encode())
        result[name] = value
    if "body" in step:
        name, parameter = next((name, one) for name, one in parameters.items() if model(one.annotation))
        result[name] = value_of(model(parameter.annotation), filled(step["body"]))
    return result


def value_of(kind, body):
    """The body as a value of the model, without the nulls that `from_dict` sets where a field is absent."""
    if isinstance(body, list):
        return [value_of(kind, one) for one in body]
    value = kind.from_dict(body)
    forget_nulls(value, body)
    return value


def forget_nulls(value, body):
    value = getattr(value, "actual_instance", value)
    if isinstance(value, list) and isinstance(body, list):
        for one, part in zip(value, body):
            forget_nulls(one, part)
    elif isinstance(body, dict) and hasattr(value, "model_fields_set"):
        for name, field in type(value).model_fields.items():
            alias = field.alias or name
            if alias not in body:
                value.model_fields_set.discard(name)
            else:
                forget_nulls(getattr(value, name), body[alias])


async def run(step):
    made = client(filled(step.get("as", "$adminKey")))
    found = [(name, method(made, name)) for name in step["do"].split("|")]
    name, function = next((one for one in found if one[1]), (None, None))
    if not function:
        return
    made.wire = failure = None
    called.add(name)
    if step.get("only", "immichpy") != "immichpy":
        return
    report["calls"] += 1
    try:
        await function(**arguments(function, step))
    except ApiException as error:
        failure = error
    except Exception as error:  # noqa: BLE001  The client raises errors of many libraries.
        failure = error
    wire, expected = made.wire, step.get("refused")
    if wire is None:
        report["faults"].append(f"{name}: no request: {failure!r}"[:400])
        return
    if wire.status == 501:
        report["notImplemented"].append(name)
        return
    if wire.status >= 400:
        report["refused"][str(wire.status)] = report["refused"].get(str(wire.status), 0) + 1
        if wire.status != expected:
            report["faults"].append(f"{name}: refused with {wire.status}: {wire.data[:200]!r}")
        return
    if expected:
        report["faults"].append(f"{name}: {wire.status} instead of {expected}")
    described = [int(status) for status in operations.get(name, {}).get("responses", {}) if int(status) < 400]
    if described and wire.status not in described and wire.status != step.get("accepted"):
        report["faults"].append(f"{name}: status {wire.status} is not described")
    if failure and wire.status < 300:
        if "undecodable" in step and step["undecodable"] in str(failure):
            report["known"] += 1
        else:
            report["undecodable"].append(f"{name}: {failure!r}"[:600])
    else:
        report["decoded"] += 1
    keep(name, step, wire.data)


def keep(name, step, data):
    try:
        value = json.loads(data)
    except ValueError:
        try:
            value = [json.loads(line) for line in data.splitlines()]
        except ValueError:
            value = None
    for key, path in step.get("keep", {}).items():
        at = value
        for part in filter(None, path.rstrip("?").split(".")):
            if isinstance(at, list):
                at = at[int(part)] if int(part) < len(at) else None
            else:
                at = (at or {}).get(part)
        if at is not None:
            kept[key] = at
        elif not path.endswith("?"):
            report["faults"].append(f"{name}: {path} is not in the response")


async def main():
    with open(scenario) as lines:
        for line in lines:
            if line.startswith("{"):
                step = json.loads(line)
                since, before = step.get("since", [0]), step.get("before", [99])
                if since <= version < before:
                    await run(step)
    probe = client("nobody")
    report["notCalled"] = [name for name in operations if method(probe, name) and name not in called]
    for made in clients.values():
        await made.close()


asyncio.run(main())
print(json.dumps(report))
