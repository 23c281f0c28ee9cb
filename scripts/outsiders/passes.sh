#!/usr/bin/env bash
# Passes against PyJWT: it takes those of a demo under the verifier's published keys, and refuses them
# changed, for another network, and under another algorithm. Prints rows.
set -euo pipefail
cd "$(dirname "$0")/../.."
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet --disable-pip-version-check 'pyjwt[crypto]==2.10.1' >&2
cargo run --quiet --release --locked -- demo --keep "$work/kept" >&2

"$work/python/bin/python" - "$work/kept/seats" <<'PY'
import json, pathlib, sys
import jwt
seats = pathlib.Path(sys.argv[1])
keys = {key.key_id: key for key in jwt.PyJWKSet.from_json((seats / "jwks.json").read_text()).keys}
requests = {path.name.split(".")[0]: json.loads(path.read_text()) for path in seats.glob("*.request.json")}

def read(token, **changed):
    key = keys[jwt.get_unverified_header(token)["kid"]].key
    expected = dict(algorithms=["EdDSA"], audience="compute.example", issuer=issuer,
                    options={"require": ["exp", "iat", "nbf", "aud", "iss", "sub"]})
    return jwt.decode(token, key, **{**expected, **changed})

taken = refused = tries = 0
passes = sorted(seats.glob("*.pass.jwt"))
for path in passes:
    token = path.read_text()
    issuer = requests[path.name.split(".")[0]]["verifier"]
    taken += read(token)["environment"] == "development"
    head, body, signature = token.split(".")
    flipped = signature[:-8] + ("A" if signature[-8] != "A" else "B") + signature[-7:]
    for attempt in [
        lambda: read(".".join([head, body, flipped])),
        lambda: read(token, audience="other.example"),
        lambda: read(token, issuer="https://other.example"),
        lambda: read(token, algorithms=["HS256", "RS256"]),
    ]:
        tries += 1
        try:
            attempt()
        except jwt.InvalidTokenError:
            refused += 1
print("passes, under the published keys", f"PyPI pyjwt {jwt.__version__}", len(passes), taken, sep="\t")
print("changed or misdirected passes, refused", f"PyPI pyjwt {jwt.__version__}", tries, refused, sep="\t")
PY
