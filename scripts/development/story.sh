#!/usr/bin/env bash
# A development service as an operator sets it up, and a device that enrols and presents at the command
# line. Everything stands in one folder, to be looked at afterwards; nothing in it is fit for real people.
# Needs curl, openssl and python3.
#
#   scripts/development/story.sh [DIR]     DIR: target/development unless stated; made anew
set -euo pipefail
cd "$(dirname "$0")/../.."
source scripts/development/service.sh

# 1 to 3: document and frames, secrets, configuration, the running service.
stage "${1:-target/development}"

# 4. The device enrols. Stills cannot turn a head: the active gate is staged, which only development takes.
device=(--wallet "$dir/holder.wallet" --passphrase-file "$dir/passphrase")
"$bin/humanseal" enrol --server "$origin" --environment development --document "$dir/chip" \
  --frames "$dir/frames" "${device[@]}" --agree --stage-active-liveness

# 5. Another day: a newer credential after a live match alone.
"$bin/humanseal" refresh --server "$origin" --environment development \
  --frames "$dir/frames" "${device[@]}" --agree --stage-active-liveness

# 6. The verifier's back end makes a request, the device answers it for an account whose key everybody
#    knows, the back end reads the pass.
link="$(request)"
printf '%064x' 1 >"$dir/account.key"
"$bin/humanseal" present --request "$link" "${device[@]}" --key "$dir/account.key" \
  --account eip155:1:0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf --out "$dir/presentation.json"
"${back_end[@]}" --output "$dir/outcome.json" "$link"
json "$dir/outcome.json" outcome pass >"$dir/pass.jwt"
curl --silent --fail --output "$dir/jwks.json" "$origin/.well-known/jwks.json"
stop
echo "pass: $dir/pass.jwt, its keys: $dir/jwks.json, the service's log: $dir/service.log"
