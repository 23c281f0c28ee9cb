#!/usr/bin/env bash
# How much an app carries and how long it starts, as docs/sdk.md has it: the library of the profile `app` for this machine,
# the models, and from opening the device to the first frame looked at (median of seven new processes, in Python).
#
#   scripts/sdk/size.sh
set -euo pipefail
source "$(dirname "$0")/tools.sh"
HUMANSEAL_APP=1 scripts/sdk/package.sh python >&2
python3 -m venv "$out/python/environment"
"$out/python/environment/bin/pip" install --quiet --disable-pip-version-check "$out"/python/*.whl >&2

mkdir -p "$out/size"
"$out/python/environment/bin/python" - "$out/size" fixtures/faces/obama.jpg <<'PY'
import pathlib, statistics, subprocess, sys, humanseal
package = pathlib.Path(humanseal.__file__).parent
(library,) = [file for file in package.iterdir() if file.suffix in (".so", ".dylib")]
models = [file for file in (package / "models").iterdir() if file.suffix == ".onnx"]
print(f"library, stripped: {library.stat().st_size / 1e6:.1f} MB")
print(f"models: {sum(file.stat().st_size for file in models) / 1e6:.1f} MB")
once = """
import asyncio, sys, time, humanseal as hs
async def main(store, photo):
    frame = hs.Frame.file(open(photo, "rb").read())
    settings = hs.Settings(store=store, models=hs.MODELS, environment=hs.Environment.DEVELOPMENT)
    start = time.perf_counter()
    device = await hs.Device.open(settings, hs.software_keys(store + "/device.key"))
    await device.look(frame)
    print(1000 * (time.perf_counter() - start))
asyncio.run(main(*sys.argv[1:]))
"""
run = lambda: float(subprocess.check_output([sys.executable, "-c", once, *sys.argv[1:]]))
took = sorted(run() for _ in range(7))
print(f"opened and first frame looked at: {statistics.median(took):.0f} ms ({took[0]:.0f} to {took[-1]:.0f})")
PY
