#!/usr/bin/env bash
# Certificates of states against OpenSSL: who signed them. Without arguments those of
# fixtures/vectors/csca; with a folder of certificates in DER those of a whole master list. Each certificate
# is tried under every key whose name its issuer has, and once more with its last bit changed.
# Needs openssl; prints one row.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder="${1:-fixtures/vectors/csca}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

declare -A subjects
for file in "$folder"/*.der; do
    name="$(openssl x509 -inform DER -in "$file" -noout -subject_hash)"
    subjects[$name]+="$file "
done
for file in "$folder"/*.der; do
    changed="$work/changed-$(basename "$file")"
    python3 - "$file" "$changed" <<'PY'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[-1] ^= 1
open(sys.argv[2], "wb").write(data)
PY
    issuer="$(openssl x509 -inform DER -in "$file" -noout -issuer_hash)"
    for signer in ${subjects[$issuer]:-}; do
        printf '%s\t%s\n' "$file" "$signer"
        printf '%s\t%s\n' "$changed" "$signer"
    done
done >"$work/pairs"

# A certificate that may not sign others still has a signature; only the signature is asked for.
while IFS=$'\t' read -r file signer; do
    openssl x509 -inform DER -in "$file" -out "$work/certificate.pem"
    openssl x509 -inform DER -in "$signer" -pubkey -noout -out "$work/key.pem"
    python3 - "$file" "$work" <<'PY'
import sys
data = open(sys.argv[1], "rb").read()
def item(at):
    length, head = data[at + 1], 2
    if length & 0x80:
        head += length & 0x7F
        length = int.from_bytes(data[at + 2:at + head], "big")
    return at, at + head, at + head + length
_, inside, _ = item(0)
start, _, end = item(inside)
open(sys.argv[2] + "/signed", "wb").write(data[start:end])
_, algorithm, after = item(end)
_, bits, last = item(after)
open(sys.argv[2] + "/signature", "wb").write(data[bits + 1:last])
PY
    text="$(openssl x509 -in "$work/certificate.pem" -noout -text)"
    algorithm="$(grep -m1 'Signature Algorithm' <<<"$text" | awk '{print $NF}')"
    options=()
    case "$algorithm" in
        rsassaPss)
            digest="$(grep -m1 'Hash Algorithm' <<<"$text" | awk '{print $NF}')"
            salt="$(grep -m1 'Salt Length' <<<"$text" | awk '{print $3}')"
            options=(-sigopt rsa_padding_mode:pss -sigopt "rsa_pss_saltlen:$((salt))")
            ;;
        *) digest="$(grep -oiE 'sha(1|224|256|384|512)' <<<"$algorithm")" ;;
    esac
    if openssl dgst "-${digest,,}" "${options[@]}" -verify "$work/key.pem" \
        -signature "$work/signature" "$work/signed" >/dev/null 2>&1; then
        verdict=holds
    else
        verdict=fails
    fi
    printf '%s\t%s\t%s\n' "$file" "$signer" "$verdict"
done <"$work/pairs" >"$work/theirs"
cargo build --quiet --release --locked --workspace --example authorities
target/release/examples/authorities <"$work/pairs" >"$work/with-keys"
cut -f1,2,4 "$work/with-keys" >"$work/ours"
diff "$work/theirs" "$work/ours" >&2
holding="$(grep -c 'holds$' "$work/ours")"
all="$(wc -l <"$work/ours")"
printf "signatures of states' authorities (%s hold)\tOpenSSL %s\t%s\t%s\n" "$holding" "$(openssl version | cut -d' ' -f2)" "$all" "$all"
