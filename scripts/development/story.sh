#!/usr/bin/env bash
# A development service as an operator sets it up, and a device that enrols and presents at the command
# line. Everything stands in one folder, to be looked at afterwards; nothing in it is fit for real people.
# Needs curl, openssl and python3.
#
#   scripts/development/story.sh [DIR]     DIR: target/development unless stated; made anew
set -euo pipefail
cd "$(dirname "$0")/../.."
dir="${1:-target/development}"
rm -rf "$dir"
mkdir -p "$dir/frames"
dir="$(cd "$dir" && pwd)"
umask 077

cargo build --quiet --release --locked --package humanseal --package humanseal-api
bin="${CARGO_TARGET_DIR:-target}/release"
port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
origin="http://localhost:$port"
json() { python3 -c 'import json, sys; value = json.load(open(sys.argv[1]))
for key in sys.argv[2:]: value = value[int(key) if key.isdigit() else key]
print(value)' "$@"; }

# 1. A specimen document, and camera frames of the same face.
"$bin/humanseal" document make --portrait fixtures/faces/obama.jpg --out "$dir/chip"
cp fixtures/faces/obama2.jpg fixtures/faces/obama3.jpg "$dir/frames"

# 2. The service's secrets and its configuration.
for secret in issuer.seed signing.key chain.key pepper pass.key operator.token verifier.token; do
  openssl rand -hex 32 >"$dir/$secret"
done
echo 'Test data only.' >"$dir/consent.txt"
openssl rand -hex 16 >"$dir/passphrase"
sha256() { openssl dgst -sha256 -r "$1" | cut -d' ' -f1; }
cat >"$dir/humanseald.toml" <<TOML
environment = "development"
listen = "127.0.0.1:$port"
origin = "$origin"

[issuer]
database = "issuer.sqlite"
operator_token_file = "operator.token"
signing_key_file = "signing.key"
chain_key_file = "chain.key"
peppers = [{ version = 1, file = "pepper" }]
consent_file = "consent.txt"
model_sha256 = "$(sha256 fixtures/models/embed_mobilefacenet_192.onnx)"
model_manifest_sha256 = "$(sha256 fixtures/models/manifest.json)"
tau = 631
trust_folder = "chip/trust"
publish_period_seconds = 60
keys = [{ seed_file = "issuer.seed", min_device = 1 }]
TOML

service=
serve() {
  "$bin/humanseald" serve --config "$dir/humanseald.toml" 2>>"$dir/service.log" &
  service=$!
  for _ in $(seq 100); do
    curl --silent --fail --output "$dir/ready.json" "$origin/readyz" && return
    sleep 0.1
  done
  cat "$dir/service.log" >&2
  return 1
}
stop() {
  [ -z "$service" ] || { kill "$service" && wait "$service"; }
  service=
}
trap stop EXIT

# 3. The issuer's public keys, which a verifier has to know, are in its metadata.
serve
curl --silent --fail --output "$dir/metadata.json" "$origin/.well-known/humanseal.json"
stop
cat >>"$dir/humanseald.toml" <<TOML

[verifier]
database = "verifier.sqlite"
token_file = "verifier.token"
operator_token_file = "operator.token"
pass_key_file = "pass.key"

[[verifier.networks]]
id = "compute.example"
origin = "$origin"
statement = "Prove that you are one verified human of at least 18 years."
policy = { min_age = 18, min_device = 1 }
scopes = [{ action = "provider" }]

[[verifier.issuers]]
environment = "development"
signing_key = "$(json "$dir/metadata.json" issuer signing_key)"
key = { ax = "$(json "$dir/metadata.json" issuer keys 0 key ax)", ay = "$(json "$dir/metadata.json" issuer keys 0 key ay)" }
TOML
serve

# 4. The device enrols. Stills cannot turn a head: the active gate is staged, which only development takes.
device=(--wallet "$dir/holder.wallet" --passphrase-file "$dir/passphrase")
"$bin/humanseal" enrol --server "$origin" --environment development --document "$dir/chip" \
  --frames "$dir/frames" "${device[@]}" --agree --stage-active-liveness

# 5. Another day: a newer credential after a live match alone.
"$bin/humanseal" refresh --server "$origin" --environment development \
  --frames "$dir/frames" "${device[@]}" --agree --stage-active-liveness

# 6. The verifier's back end makes a request, the device answers it for an account whose key everybody
#    knows, the back end reads the pass.
back_end=(curl --silent --fail --header "Authorization: Bearer $(cat "$dir/verifier.token")")
"${back_end[@]}" --output "$dir/created.json" --json '{"network":"compute.example","action":"provider","chains":["eip155:1"]}' \
  "$origin/v1/requests"
printf '%064x' 1 >"$dir/account.key"
link="$(json "$dir/created.json" link)"
"$bin/humanseal" present --request "$link" "${device[@]}" --key "$dir/account.key" \
  --account eip155:1:0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf --out "$dir/presentation.json"
"${back_end[@]}" --output "$dir/outcome.json" "$link"
json "$dir/outcome.json" outcome pass >"$dir/pass.jwt"
curl --silent --fail --output "$dir/jwks.json" "$origin/.well-known/jwks.json"
stop
echo "pass: $dir/pass.jwt, its keys: $dir/jwks.json, the service's log: $dir/service.log"
