#!/usr/bin/env bash
# The stored verdicts on MRZs against the PyPI package that gave them; `cargo test -p
# humanseal-documents` holds our reader against the same verdicts. Needs python3; prints one row.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet --disable-pip-version-check mrz==0.6.2
"$work/python/bin/python" "$here/mrz_verdicts.py" --check
