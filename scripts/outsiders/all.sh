#!/usr/bin/env bash
# Runs every comparison with a program that this project did not write, and prints a table: what,
# against what, cases, agreed. Needs Node with npm, Python with venv, OpenSSL 3; each script installs
# the packages that it names into a folder that it deletes. What makes stored files is in
# scripts/vectors.
#
#   scripts/outsiders/all.sh            prints the table
#   scripts/outsiders/all.sh --write    puts it into docs/outsiders.md as well
#
# A comparison is a script beside this one: rows of four columns, tab-separated, on standard output,
# everything else on standard error, and a failure unless all of it agreed.
set -euo pipefail
cd "$(dirname "$0")/../.."
rows="$(mktemp)"
trap 'rm -f "$rows"' EXIT
failed=()

for script in scripts/outsiders/*.sh; do
  [ "$script" = scripts/outsiders/all.sh ] && continue
  printf '· %s\n' "$script" >&2
  "$script" >>"$rows" || failed+=("$script")
done

table() {
  printf '| what | against | cases | agreed |\n| --- | --- | ---: | ---: |\n'
  awk -F '\t' 'NF != 4 { print "not a row: " $0 > "/dev/stderr"; exit 1 }
    { printf "| %s | %s | %s | %s |\n", $1, $2, $3, $4 }' "$rows"
}
table
if [ "${1:-}" = --write ]; then
  table >"$rows.table"
  awk -v table="$rows.table" '/<!-- table -->/ { print; while ((getline line < table) > 0) print line; inside = 1 }
    /<!-- end -->/ { inside = 0 } !inside || /<!-- end -->/ { if (!/<!-- table -->/) print }' \
    docs/outsiders.md >"$rows.page"
  mv "$rows.page" docs/outsiders.md
  rm "$rows.table"
fi
awk -F '\t' '$3 != $4 { exit 1 }' "$rows" || failed+=('a row in which not all cases agreed')
if [ "${#failed[@]}" -gt 0 ]; then
  printf 'disagreed or failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
