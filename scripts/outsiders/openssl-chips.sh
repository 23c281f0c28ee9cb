#!/usr/bin/env bash
# Answers of specimen chips (`humanseal document make --active-authentication`) against OpenSSL: it
# opens what an RSA chip signed, a digest by OpenSSL must be the one in the block; it verifies what an
# ECDSA chip signed. Each answer is also held against another challenge, which must fail. Needs
# OpenSSL 3 and python3 for bytes; prints one row.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$root"
cargo build --quiet --release --locked -p humanseal --bin humanseal
humanseal="${CARGO_TARGET_DIR:-$root/target}/release/humanseal"
cd "$work"

# Writes key.der, answer.bin, challenge.bin, other.bin out of a folder and its `document check --json`.
take_apart() {
  "$humanseal" document check "$1" --json >check.json
  python3 - "$1/EF.DG15" <<'PYTHON'
import json, sys
file = open(sys.argv[1], "rb").read()
body = {0x81: 3, 0x82: 4}.get(file[1], 2)
assert file[0] == 0x6F
open("key.der", "wb").write(file[body:])
chip = json.load(open("check.json"))["chip"]
challenge = bytes.fromhex(chip["challenge"])
open("challenge.bin", "wb").write(challenge)
open("other.bin", "wb").write(bytes([challenge[0] ^ 1]) + challenge[1:])
open("answer.bin", "wb").write(bytes.fromhex(chip["answer"]))
PYTHON
  openssl pkey -pubin -inform DER -in key.der -out key.pem
}

# holds KIND CHALLENGE: whether OpenSSL finds the answer to be one to this challenge.
holds() {
  case "$1" in
    rsa)
      openssl pkeyutl -verifyrecover -pubin -inkey key.pem -pkeyopt rsa_padding_mode:none \
        -in answer.bin -out block.bin
      # 6A, what is recovered, SHA-256 in 32 bytes, 34 CC.
      [ "$(head -c 1 block.bin | od -An -tx1 | tr -d ' ')" = 6a ] || return 1
      [ "$(tail -c 2 block.bin | od -An -tx1 | tr -d ' ')" = 34cc ] || return 1
      local stated
      stated="$(tail -c 34 block.bin | head -c 32 | od -An -v -tx1 | tr -d ' \n')"
      { tail -c +2 block.bin | head -c -34; cat "$2"; } >signed.bin
      [ "$(openssl dgst -sha256 -r signed.bin | cut -d' ' -f1)" = "$stated" ]
      ;;
    ecdsa)
      local hex
      hex="$(od -An -v -tx1 answer.bin | tr -d ' \n')"
      [ "${#hex}" = 128 ] || return 1
      printf 'asn1 = SEQUENCE:pair\n[pair]\nr = INTEGER:0x%s\ns = INTEGER:0x%s\n' \
        "${hex:0:64}" "${hex:64}" >pair.conf
      openssl asn1parse -genconf pair.conf -noout -out answer.der
      openssl dgst -sha256 -verify key.pem -signature answer.der "$2" >/dev/null 2>&1
      ;;
  esac
}

cases=0 agreed=0
for kind in rsa ecdsa; do
  "$humanseal" document make --portrait "$root/fixtures/documents/portrait.jpg" --out "$kind" \
    --active-authentication "$kind" >make.log 2>&1 || { cat make.log >&2; exit 1; }
  for _ in 1 2 3 4 5 6 7 8; do
    take_apart "$kind"
    cases=$((cases + 1))
    if holds "$kind" challenge.bin && ! holds "$kind" other.bin; then
      agreed=$((agreed + 1))
    else
      echo "OpenSSL disagrees on an answer by $kind" >&2
    fi
  done
done
printf 'answers of specimen chips, RSA and ECDSA\t%s\t%s\t%s\n' "$(openssl version | cut -d' ' -f1,2)" "$cases" "$agreed"
[ "$cases" = "$agreed" ]
