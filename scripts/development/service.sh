# Sourced by scripts that need a development service as an operator sets it up. Nothing in it is fit for real
# people. Needs curl, openssl and python3.
#
# stage DIR     makes DIR anew: a specimen document, a photograph of its page, camera frames, keys, configuration;
#               starts the service. Sets `dir`, `bin`, `origin`; the service ends with the script.
# request [NETWORK]   the verifier's back end makes a request; prints the link to it. `back_end` is how it calls.
#               compute.example demands a chip; pages.example takes printed lines, which another issuer key signs.
# json FILE KEY… reads a member.
json() { python3 -c 'import json, sys; value = json.load(open(sys.argv[1]))
for key in sys.argv[2:]: value = value[int(key) if key.isdigit() else key]
print(value)' "$@"; }

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

stage() {
  rm -rf "$1"
  mkdir -p "$1/frames"
  dir="$(cd "$1" && pwd)"
  umask 077
  cargo build --quiet --release --locked --package humanseal --package humanseal-api
  bin="$(cd "${CARGO_TARGET_DIR:-target}/release" && pwd)"
  local port
  port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
  origin="http://localhost:$port"

  # 1. A specimen document with a chip that answers, and camera frames of the same face.
  "$bin/humanseal" document make --portrait fixtures/faces/obama.jpg --active-authentication ecdsa --out "$dir/chip"
  cp fixtures/faces/obama2.jpg fixtures/faces/obama3.jpg "$dir/frames"
  cp fixtures/faces/obama.jpg "$dir/page.jpg"

  # 2. The service's secrets and its configuration.
  for secret in issuer.seed pages.seed signing.key chain.key pepper pass.key operator.token verifier.token; do
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
keys = [
  { seed_file = "issuer.seed", min_device = 1 },
  { seed_file = "pages.seed", min_document = 1, min_device = 1 },
]
TOML
  trap stop EXIT

  # 3. The issuer's public keys, which a verifier has to know, are in its metadata.
  serve
  curl --silent --fail --output "$dir/metadata.json" "$origin/.well-known/humanseal.json"
  stop
  # A service with two networks publishes neither's document, so devices take no days but multiples of 30: L + W + 1.
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
term_days = 26
max_ban_days = 26
issuers = ["$(json "$dir/metadata.json" issuer keys 0 id)"]
scopes = [{ action = "provider" }]

[[verifier.networks]]
id = "pages.example"
origin = "$origin"
statement = "Prove that you are a human of at least 18 years, as a printed page says."
policy = { min_age = 18, min_document = 1, min_device = 1, min_unique = 1 }
term_days = 26
max_ban_days = 26
scopes = [{ action = "provider" }]
TOML
  for key in 0 1; do
    cat >>"$dir/humanseald.toml" <<TOML

[[verifier.issuers]]
environment = "development"
signing_key = "$(json "$dir/metadata.json" issuer signing_key)"
key = { ax = "$(json "$dir/metadata.json" issuer keys $key key ax)", ay = "$(json "$dir/metadata.json" issuer keys $key key ay)" }
TOML
  done
  serve
  back_end=(curl --silent --fail --header "Authorization: Bearer $(cat "$dir/verifier.token")")
}

request() {
  "${back_end[@]}" --output "$dir/created.json" --json \
    '{"network":"'"${1:-compute.example}"'","action":"provider","chains":["eip155:1","solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"]}' \
    "$origin/v1/requests"
  json "$dir/created.json" link
}
