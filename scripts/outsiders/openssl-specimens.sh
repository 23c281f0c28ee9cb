#!/usr/bin/env bash
# Specimen documents of `humanseal document make` as OpenSSL sees them: the certificates and the
# revocation list form a chain, EF.SOD is a signature over the security object, and its digests are
# those of the data groups. Written for OpenSSL 3.0 or later.
#
#   scripts/outsiders/openssl-specimens.sh
#
# Makes one document for every key, digest and format, prints one row, and fails on a disagreement.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

cases=0 agreed=0
say() { echo "$document: $*" >&2; }
# expect FILE…: what OpenSSL said holds; it says why where it does not.
expect() { "$@" >log 2>&1 || { say "${*:1:3}"; cat log >&2; return 1; }; }

# The security object's digests: data group number and digest in hexadecimal digits, one a line.
digests() {
  openssl asn1parse -inform DER -in "$1" | awk -F: '
    /INTEGER/ { number = $NF }
    /OCTET STRING/ { print number, tolower($NF) }'
}

# Every check of one document.
accepted() {
  # Tag 77 and a length of two bytes, then the CMS message.
  [ "$(head -c 2 "$document/EF.SOD" | od -An -tx1 | tr -d ' ')" = 7782 ] || { say 'not 77 82'; return 1; }
  tail -c +5 "$document/EF.SOD" >sod.cms
  local trust="$document/trust"
  openssl x509 -inform DER -in "$trust"/csca/*.der -out csca.pem
  openssl crl -inform DER -in "$trust"/crl/*.crl -out crl.pem
  expect openssl crl -in crl.pem -CAfile csca.pem -noout || return 1
  expect openssl cms -verify -binary -inform DER -in sod.cms -CAfile csca.pem -purpose any \
    -certsout dsc.pem -signer signer.pem -out lds.der || return 1
  expect openssl verify -x509_strict -crl_check -CAfile csca.pem -CRLfile crl.pem dsc.pem || return 1
  openssl cms -cmsout -print -inform DER -in sod.cms | grep -q 'eContentType: .*2\.23\.136\.1\.1\.1' \
    || { say 'another content type'; return 1; }
  local number digest file listed=0
  while read -r number digest; do
    file="$document/EF.DG$((16#$number))"
    [ "$digest" = "$(openssl dgst "-${algorithm/-/}" -r "$file" | cut -d' ' -f1)" ] || { say "EF.DG$number"; return 1; }
    listed=$((listed + 1))
  done < <(digests lds.der)
  [ "$listed" = 2 ] || { say "$listed data groups"; return 1; }
  # Control: one changed bit of the signed attributes or the signature, and OpenSSL refuses.
  python3 -c 'import sys; b = bytearray(open("sod.cms", "rb").read()); b[-1] ^= 1; open("bad.cms", "wb").write(b)'
  if openssl cms -verify -binary -inform DER -in bad.cms -CAfile csca.pem -purpose any -out bad.der 2>/dev/null; then
    say 'a changed signature was accepted'; return 1
  fi
}

cd "$root"
cargo build --quiet --release --locked -p humanseal --bin humanseal
humanseal="${CARGO_TARGET_DIR:-$root/target}/release/humanseal"
cd "$work"
for key in p-256 rsa-2048; do
  for algorithm in sha-1 sha-256 sha-512; do
    for format in td1 td2 td3; do
      document="$key-$algorithm-$format"
      "$humanseal" document make --portrait "$root/fixtures/documents/portrait.jpg" --out "$document" \
        --key "$key" --algorithm "$algorithm" --format "$format" >make.log 2>&1 || { cat make.log >&2; exit 1; }
      cases=$((cases + 1))
      if accepted; then agreed=$((agreed + 1)); fi
    done
  done
done
printf 'specimen documents\t%s\t%s\t%s\n' "$(openssl version | cut -d' ' -f1,2)" "$cases" "$agreed"
[ "$cases" = "$agreed" ]
