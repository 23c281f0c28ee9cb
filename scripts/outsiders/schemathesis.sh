#!/usr/bin/env bash
# The running service against its own /openapi.json, by schemathesis: calls made from the schemas,
# valid and broken ones. Needs Python 3.10 or later with venv; loopback only; two rounds of a bounded
# number of calls, about a minute in all. Prints one row: what, against what, cases, agreed.
#
#   scripts/outsiders/schemathesis.sh [BINARY]     BINARY: humanseald, built if it is not named
#
# Round 1 sends what the schemas allow and what they do not. Round 2 sends well-formed calls and
# well-formed ones with one generated member, a specimen's chip files among them. In both the calls
# go to real sessions and requests with their tokens (schemathesis_hooks.py). A refusal must have a
# status and a code that the description lists for the call.
set -euo pipefail

version=4.32.5
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
daemon=
stop() {
    if [ -n "$daemon" ]; then
        kill "$daemon" 2>/dev/null || true
        wait "$daemon" 2>/dev/null || true
        daemon=
    fi
}
trap 'stop; rm -rf "$work"' EXIT

if [ $# -gt 0 ]; then
    binary=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
else
    (cd "$root" && cargo build --quiet --release --locked -p humanseal -p humanseal-api --bin humanseald)
    binary=${CARGO_TARGET_DIR:-$root/target}/release/humanseald
fi
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"

cd "$work"
umask 077
secret() { od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n'; }
for name in issuer.seed signing.key chain.key pepper-1 pass.key operator.token verifier.token; do
    secret >"$name"
done
echo 'I agree that this issuer checks my document.' >consent.txt
document=$root/fixtures/documents/specimen-p-256-sha-512
cp -r "$document/trust" trust

# First the issuer alone, to learn its public keys, which the verifier is to trust.
cat >issuer.toml <<'TOML'
environment = "development"
listen = "127.0.0.1:0"
origin = "https://id.example"
[issuer]
database = "issuer.sqlite"
operator_token_file = "operator.token"
signing_key_file = "signing.key"
chain_key_file = "chain.key"
peppers = [{ version = 1, file = "pepper-1" }]
consent_file = "consent.txt"
model_sha256 = "0101010101010101010101010101010101010101010101010101010101010101"
model_manifest_sha256 = "0202020202020202020202020202020202020202020202020202020202020202"
tau = 631
trust_folder = "trust"
keys = [{ seed_file = "issuer.seed", min_device = 1, min_document = 1 }]
TOML

# serve CONFIG: starts the service and sets `base` to its address.
serve() {
    "$binary" serve --config "$1" 2>"$1.log" &
    daemon=$!
    base=
    for _ in $(seq 300); do
        base=$(sed -n 's/.*"address":"\(127\.0\.0\.1:[0-9]*\)".*/http:\/\/\1/p' "$1.log")
        [ -z "$base" ] || return 0
        kill -0 "$daemon" 2>/dev/null || break
        sleep 0.1
    done
    cat "$1.log" >&2
    return 1
}

serve issuer.toml
python3 - "$base" >both.toml <<'PYTHON'
import json, sys, urllib.request
print(open("issuer.toml").read())
issuer = json.load(urllib.request.urlopen(sys.argv[1] + "/.well-known/humanseal.json"))["issuer"]
key = issuer["keys"][0]["key"]
print(f'''[verifier]
database = "verifier.sqlite"
token_file = "verifier.token"
operator_token_file = "operator.token"
pass_key_file = "pass.key"
[[verifier.issuers]]
key = {{ ax = "{key["ax"]}", ay = "{key["ay"]}" }}
environment = "development"
signing_key = "{issuer["signing_key"]}"
[[verifier.networks]]
id = "compute.example"
origin = "https://verify.compute.example"
policy = {{ min_age = 18, min_device = 1, max_slots = 2 }}
scopes = [{{ action = "provider" }}]''')
PYTHON
stop
serve both.toml

# round NAME OPTIONS...: one run; its report is checked below.
round() {
    local name=$1
    shift
    HUMANSEALD=$base SPECIMEN=$document SCHEMATHESIS_HOOKS=schemathesis_hooks PYTHONPATH=$here \
        PYTHONDONTWRITEBYTECODE=1 "$work/venv/bin/schemathesis" --config-file "$here/schemathesis.toml" run \
        "$base/openapi.json" --no-color --seed 1 --generation-database none --workers 1 \
        --request-timeout 40 --report ndjson --report-ndjson-path "$name.ndjson" "$@" >"$name.txt" 2>&1 || {
        cat "$name.txt" >&2
        return 1
    }
}
checks=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance
round broken --checks "$checks,negative_data_rejection,missing_required_header,unsupported_method,allow_header_conformance,ignored_auth" \
    --phases examples,coverage,fuzzing --max-examples 20
GUIDED=1 round guided --checks "$checks" --phases fuzzing --mode positive --max-examples 40
kill -0 "$daemon"

# Every call that can succeed without a proof did so in round 2, or it said nothing.
"$work/venv/bin/python" - "$version" <<'PYTHON'
import json, sys
seen = {}
for name in ("broken", "guided"):
    for line in open(f"{name}.ndjson"):
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for call in recorder.get("interactions", {}).values():
            answer = call.get("response")
            status = answer["status_code"] if answer else None
            seen.setdefault(recorder["label"], []).append((name, status))
wanted = [
    "POST /v1/sessions", "GET /v1/sessions/{id}", "DELETE /v1/sessions/{id}",
    "POST /v1/sessions/{id}/document", "POST /v1/sessions/{id}/cancel",
    "POST /v1/requests", "GET /v1/requests/{id}", "POST /v1/roots", "POST /v1/verify",
    "POST /v1/verify/batch", "GET /v1/status-list", "GET /v1/status-list/contested",
    "GET /v1/status-list/root", "GET /.well-known/humanseal.json", "GET /.well-known/jwks.json",
    "GET /healthz", "GET /readyz", "GET /metrics",
]
missed = [call for call in wanted if not any(n == "guided" and s and s < 300 for n, s in seen.get(call, []))]
if missed:
    sys.exit(f"never succeeded: {missed}; statuses: { {c: sorted({str(s) for _, s in a}) for c, a in seen.items()} }")
cases = sum(map(len, seen.values()))
print(f"REST interface, {len(seen)} operations", f"schemathesis {sys.argv[1]}", cases, cases, sep="\t")
PYTHON
