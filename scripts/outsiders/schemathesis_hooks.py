"""Tokens and real sessions and requests for every call; in the guided round well-formed bodies.

Read by schemathesis.sh in a folder that holds the service's token files.
"""

import base64
import hashlib
import json
import os
import pathlib
import random
import urllib.request

import schemathesis

BASE = os.environ["HUMANSEALD"]
GUIDED = "GUIDED" in os.environ
TOKENS = {name: pathlib.Path(f"{name}.token").read_text() for name in ("operator", "verifier")}
SPECIMEN = pathlib.Path(os.environ["SPECIMEN"])
# No such session: a token of the right form for it.
NOBODY = "0" * 64
CHANCE = random.Random(1)
SESSIONS = {}


def call(path, body=None, token=None):
    """An answer of the service to a call of our own."""
    headers = {"content-type": "application/json"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    return json.load(urllib.request.urlopen(urllib.request.Request(BASE + path, data, headers)))


def text(length, byte=1):
    return base64.b64encode(bytes([byte]) * length).decode()


def file(name):
    return base64.b64encode((SPECIMEN / name).read_bytes()).decode()


ISSUER = call("/.well-known/humanseal.json")["issuer"]["keys"][0]
CONSENT = hashlib.sha256(ISSUER["consent_text"].encode()).hexdigest()
OPEN = {"kind": "issue", "issuer": ISSUER["id"], "consent": CONSENT}
ASK = {"network": "compute.example", "action": "provider", "epoch": 0, "chains": ["eip155:1"]}
ACCOUNT = "eip155:1:0x52908400098527886E0F7030069857D2E4169EE7"
CHIP = {"holder_key": "1", "channel": "file", "sod": file("EF.SOD"), "dg1": file("EF.DG1")}
EVIDENCE = {
    "statement": text(300),
    "device": {"kind": "software", "public_key": text(32), "signature": text(64)},
    "proofs": [{"proof": text(128), "public": ["1"] * 6}],
}


def request():
    return call("/v1/requests", ASK, TOKENS["verifier"])["request"]


def presentation(request_id):
    return {
        "request_id": request_id,
        "account": ACCOUNT,
        "public": ["1"] * 8,
        "proof": text(128),
        "signature": {"kind": "eip191", "bytes": text(65)},
    }


def entry():
    asked = request()
    return {"request": asked, "presentation": presentation(asked["id"])}


def well_formed(path):
    """A body that passes the first checks."""
    if path.endswith("/presentation"):
        return presentation(request()["id"])
    return {
        "/v1/sessions": lambda: OPEN,
        "/v1/sessions/{id}/document": lambda: CHIP,
        "/v1/sessions/{id}/evidence": lambda: EVIDENCE,
        "/v1/requests": lambda: ASK,
        "/v1/roots": lambda: call("/v1/status-list/root"),
        "/v1/verify": entry,
        "/v1/verify/batch": lambda: {"entries": [entry(), entry()]},
    }[path]()


@schemathesis.auth(refresh_interval=None)
class Token:
    """The token of the scheme that the operation names; a session's by the id in its path."""

    def get(self, case, ctx):
        schemes = {name for one in case.operation.definition.raw.get("security", []) for name in one}
        for name in ("operator", "verifier"):
            if name in schemes:
                return TOKENS[name]
        if "session" in schemes:
            return SESSIONS.get(case.path_parameters.get("id"), NOBODY)
        return None

    def set(self, case, data, ctx):
        if data:
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """A session or request of this call's own, a known network and a well-formed account, except
    now and then."""
    if not path_parameters or CHANCE.random() < 0.2:
        return path_parameters
    if "network" in path_parameters:
        return {"network": ASK["network"], "account": ACCOUNT}
    if "id" not in path_parameters:
        return path_parameters
    if context.operation.path.startswith("/v1/sessions/"):
        made = call("/v1/sessions", OPEN)
        SESSIONS[made["id"]] = made["token"]
        return {"id": made["id"]}
    return {"id": request()["id"]}


if GUIDED:

    @schemathesis.hook
    def map_query(context, query):
        """The issuer key that the service has, except now and then."""
        return {**query, "issuer": ISSUER["id"]} if query and "issuer" in query and CHANCE.random() < 0.8 else query

    @schemathesis.hook
    def map_body(context, body):
        """A well-formed body; every second one has a member of the generated one in it."""
        if not isinstance(body, dict):
            return body
        formed = well_formed(context.operation.path)
        if body and CHANCE.random() < 0.5:
            member = CHANCE.choice(sorted(body))
            formed = {**formed, member: body[member]}
        return formed
