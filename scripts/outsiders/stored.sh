#!/usr/bin/env bash
# Files that other programs made and that are stored, since each run makes other ones: what
# scripts/vectors/openssl-documents.sh, scripts/vectors/chips.sh and scripts/vectors/jpeg2000.sh left. The
# tests read every one of them. Prints rows.
set -euo pipefail
cd "$(dirname "$0")/../.."
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
tests() { cargo test --quiet --release --locked --workspace --test "$@" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }; }
tests documents openssl
tests documents active::
tests biometric openjpeg
documents="$(find fixtures/documents/openssl -name EF.SOD | wc -l)"
portraits="$(find fixtures/documents/jpeg2000 -name '*.jp2' -o -name '*.j2k' | wc -l)"
printf 'its chains and EF.SOD, taken or refused by name\t%s\t%s\t%s\n' "$(cut -d' ' -f1,2 fixtures/documents/openssl/VERSION)" "$documents" "$documents"
answers="$(grep -vc '^#' fixtures/vectors/chips.tsv)"
castle="$(sed -n 's/.*by \(Bouncy Castle [0-9.]*\).*/\1/p' fixtures/vectors/chips.tsv)"
printf 'its chip keys and answers, taken or refused by name\t%s\t%s\t%s\n' "$castle" "$answers" "$answers"
printf 'its JPEG 2000 portraits, decoded as it does\tOpenJPEG %s\t%s\t%s\n' "$(sed 's/.* v//' fixtures/documents/jpeg2000/VERSION)" "$portraits" "$portraits"
