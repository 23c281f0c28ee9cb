#!/usr/bin/env bash
# Makes chains and security objects with OpenSSL, for the tests of humanseal-documents: nothing in
# them comes from this project's own encoder. Written for OpenSSL 3.0 or later.
#
#   scripts/vectors/openssl-documents.sh [OUT [VARIANT…]]
#
# OUT is fixtures/documents/openssl unless stated; without variants all are made.
#
# For each variant: csca.der, crl.der, EF.SOD; and one EF.DG1 and EF.DG2 for all. Private keys are
# made for the run and thrown away, so that every run gives other bytes. The signing time in EF.SOD
# is the machine's clock; the tests check at a fixed later time.
set -euo pipefail
out="$(mkdir -p "${1:-fixtures/documents/openssl}" && cd "${1:-fixtures/documents/openssl}" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
wanted=" ${*:2} "

# Writes hexadecimal digits from standard input as bytes.
bytes() { local hex; hex="$(tr -d ' \n')"; printf "$(sed 's/../\\x&/g' <<<"$hex")"; }
hex() { od -An -v -tx1 "$1" | tr -d ' \n'; }
# The DER length of a number of bytes.
length() {
  if [ "$1" -lt 128 ]; then printf '%02x' "$1"
  elif [ "$1" -lt 256 ]; then printf '81%02x' "$1"
  else printf '82%04x' "$1"; fi
}
# object TAG FILE: the file's content under this tag.
object() { { printf '%s' "$1"; length "$(stat -c %s "$2")"; hex "$2"; } | bytes; }

# EF.DG1: ICAO's specimen holder; its check digits are right, it expires on 15 April 2050.
printf '%s' 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<' 'L898902C36UTO7408122F5004151ZE184226B<<<<<12' >mrz
object 5f1f mrz >mrz.object
object 61 mrz.object >"$out/EF.DG1"
# EF.DG2 is only hashed here.
printf 'u\x03DG2' >"$out/EF.DG2"

cat >config <<'CONFIG'
[ca]
default_ca = csca
[csca]
database = index
serial = serial
new_certs_dir = .
policy = any
crlnumber = crlnumber
unique_subject = no
[any]
countryName = match
commonName = supplied
[req]
distinguished_name = none
[none]
[authority]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
[signer]
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
[list]
authorityKeyIdentifier = keyid:always
CONFIG

# variant NAME DIGEST "KEY OPTIONS" "SIGNATURE OPTIONS" "CMS OPTIONS"
variant() {
  local name="$1" digest="$2" key="$3" sigopt="$4" keyopt="$5"
  case "$wanted" in "  " | *" $name "*) ;; *) return 0 ;; esac
  rm -f index* serial* crlnumber*
  : >index; echo 1000000000000001 >serial; echo 01 >crlnumber
  local who
  for who in csca dsc other; do
    # shellcheck disable=SC2086
    openssl genpkey -quiet $key -out "$who.key"
    # shellcheck disable=SC2086
    openssl req -new -config config -key "$who.key" "-$digest" $sigopt \
      -subj "/C=UT/CN=OpenSSL specimen $who $name" -out "$who.csr"
  done
  local ca=(openssl ca -batch -notext -config config -md "$digest" -keyfile csca.key
    -startdate 20250101000000Z -enddate 20600101000000Z)
  # shellcheck disable=SC2086
  "${ca[@]}" -selfsign -in csca.csr -extensions authority $sigopt -out csca.pem 2>log || { cat log >&2; exit 1; }
  # shellcheck disable=SC2086
  "${ca[@]}" -cert csca.pem -in dsc.csr -extensions signer $sigopt -out dsc.pem 2>log || { cat log >&2; exit 1; }
  # shellcheck disable=SC2086
  "${ca[@]}" -cert csca.pem -in other.csr -extensions signer $sigopt -out other.pem 2>log || { cat log >&2; exit 1; }
  # shellcheck disable=SC2086
  openssl ca -gencrl -config config -md "$digest" -keyfile csca.key -cert csca.pem -crlexts list \
    -crl_lastupdate 20250101000000Z -crl_nextupdate 20590101000000Z $sigopt -out crl.pem 2>log || { cat log >&2; exit 1; }

  # LDSSecurityObject, written as text and encoded by OpenSSL.
  {
    echo "asn1 = SEQUENCE:object"
    echo "[object]"
    case "$name" in *-lds-1.8) echo "version = INTEGER:1" ;; *) echo "version = INTEGER:0" ;; esac
    echo "digest = SEQUENCE:algorithm"; echo "groups = SEQUENCE:groups"
    # LDSVersionInfo of version 1 (part 10, section 4.6.2.3).
    case "$name" in *-lds-1.8)
      echo "info = SEQUENCE:info"
      echo "[info]"; echo "lds = PRINTABLESTRING:0108"; echo "unicode = PRINTABLESTRING:040000" ;; esac
    echo "[algorithm]"; echo "oid = OID:$digest"
    echo "[groups]"; echo "one = SEQUENCE:one"; echo "two = SEQUENCE:two"
    local number group
    for group in "one 1" "two 2"; do
      number="${group#* }"
      echo "[${group% *}]"; echo "number = INTEGER:$number"
      echo "hash = FORMAT:HEX,OCTETSTRING:$(openssl dgst "-$digest" -r "$out/EF.DG$number" | cut -d' ' -f1)"
    done
  } >lds.conf
  openssl asn1parse -genconf lds.conf -noout -out lds.der
  # How the signer is named, what it digests with, and which certificates go along.
  local shape=() signer_digest="$digest"
  case "$name" in
    *-key-identifier) shape=(-keyid) ;;
    *-certificates) cat csca.pem other.pem >more.pem; shape=(-certfile more.pem) ;;
    *-no-certificate) shape=(-nocerts) ;;
    *-no-attributes) shape=(-noattr) ;;
    *-signer-sha512) signer_digest=sha512 ;;
    *-two-signers) shape=(-signer other.pem -inkey other.key) ;;
  esac
  # shellcheck disable=SC2086
  openssl cms -sign -binary -nodetach -nosmimecap -econtent_type 2.23.136.1.1.1 -in lds.der \
    -signer dsc.pem -inkey dsc.key -md "$signer_digest" $keyopt "${shape[@]}" -outform DER -out sod.cms
  # OpenSSL verifies signatures of keys with explicit parameters, but builds no chain of them.
  local chain=(-CAfile csca.pem -purpose any -certfile dsc.pem)
  case "$name" in *-explicit-*) chain=(-noverify) ;; esac
  openssl cms -verify -binary -inform DER -in sod.cms "${chain[@]}" -out verified.der 2>log \
    || { cat log >&2; exit 1; }
  cmp lds.der verified.der

  mkdir -p "$out/$name"
  openssl x509 -in csca.pem -outform DER -out "$out/$name/csca.der"
  openssl crl -in crl.pem -outform DER -out "$out/$name/crl.der"
  object 77 sod.cms >"$out/$name/EF.SOD"
  echo "$name"
}

ec() { echo "-algorithm EC -pkeyopt ec_paramgen_curve:$1 -pkeyopt ec_param_enc:$2"; }
pss="-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest"
cms_pss="-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:digest"
rsa="-algorithm RSA -pkeyopt rsa_keygen_bits"

variant rsa-3072-sha256 sha256 "$rsa:3072" "" ""
variant rsa-2048-sha512 sha512 "$rsa:2048" "" ""
variant rsa-pss-sha256 sha256 "$rsa:2048" "$pss" "$cms_pss"
variant rsa-pss-sha512 sha512 "$rsa:2048" "$pss" "$cms_pss"
variant rsa-pss-key-sha256 sha256 "-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048" "$pss" "$cms_pss"
variant p-256-sha256 sha256 "$(ec P-256 named_curve)" "" ""
variant p-256-explicit-sha256 sha256 "$(ec P-256 explicit)" "" ""
variant p-384-sha384 sha384 "$(ec P-384 named_curve)" "" ""
variant p-384-explicit-sha384 sha384 "$(ec P-384 explicit)" "" ""
variant p-384-sha1 sha1 "$(ec P-384 named_curve)" "" ""
variant p-521-sha512 sha512 "$(ec P-521 named_curve)" "" ""
variant p-521-explicit-sha512 sha512 "$(ec P-521 explicit)" "" ""
variant p-521-sha256 sha256 "$(ec P-521 named_curve)" "" ""
variant p-256-sha224 sha224 "$(ec P-256 named_curve)" "" ""
variant p-256-sha512 sha512 "$(ec P-256 named_curve)" "" ""
variant brainpool-p256r1-sha256 sha256 "$(ec brainpoolP256r1 named_curve)" "" ""
variant brainpool-p256r1-explicit-sha256 sha256 "$(ec brainpoolP256r1 explicit)" "" ""
variant brainpool-p384r1-sha384 sha384 "$(ec brainpoolP384r1 named_curve)" "" ""
variant brainpool-p384r1-explicit-sha384 sha384 "$(ec brainpoolP384r1 explicit)" "" ""
# Known by name, not supported.
variant brainpool-p512r1-sha512 sha512 "$(ec brainpoolP512r1 named_curve)" "" ""
variant brainpool-p512r1-explicit-sha512 sha512 "$(ec brainpoolP512r1 explicit)" "" ""
variant brainpool-p224r1-sha224 sha224 "$(ec brainpoolP224r1 named_curve)" "" ""
variant p-224-sha224 sha224 "$(ec P-224 named_curve)" "" ""
# Certificates signed in one way and EF.SOD in the other.
variant rsa-pss-certificates-sha256 sha256 "$rsa:2048" "$pss" ""
variant rsa-pss-object-sha256 sha256 "$rsa:2048" "" "$cms_pss"
# Shapes of EF.SOD that passports use, and some that none may have.
for shape in lds-1.8 key-identifier certificates signer-sha512 no-certificate no-attributes two-signers; do
  variant "p-256-sha256-$shape" sha256 "$(ec P-256 named_curve)" "" ""
done
openssl version >"$out/VERSION"
