"""Our runtime against onnxruntime, one thread each, interleaved; called by onnxruntime.sh.

    python compare.py PROGRAM        PROGRAM is the example frame_on_demand

Both run the same three models on the same tensors: those of the goldens, made from a fixture
photograph. Our whole stages (resampling, cropping, decoding of boxes) run on that photograph at
640 pixels and are set against onnxruntime's models alone, whose pre-processing is left out: that
ratio is an upper bound. Prints rows of the Markdown table in docs/performance.md.
"""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "scripts" / "goldens"))

import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402
from PIL import Image  # noqa: E402

import make  # noqa: E402

IDS = {"retinaface": "detect", "mobilefacenet": "embed", "fr_liveness": "passive liveness"}
WARM_UP = 5
ROUNDS = 30


def session(file):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])


def agree(ours, theirs, name):
    ours, theirs = ours.astype(np.float64), theirs.astype(np.float64)
    cosine = float(ours @ theirs / np.sqrt((ours @ ours) * (theirs @ theirs)))
    assert cosine >= 0.9999, (name, cosine)


def cell(times):
    return f"{statistics.median(times):.1f} ({min(times):.1f}–{max(times):.1f})"


def row(what, ours, against, theirs):
    ratio = statistics.median(ours) / statistics.median(theirs)
    each = sorted(a / b for a, b in zip(ours, theirs))
    print(f"| {what} | {cell(ours)} | {against} | {cell(theirs)} | {ratio:.2f} ({each[0]:.2f}–{each[-1]:.2f}) |")


def main(program):
    files = {m["id"]: str(make.MODELS / m["file"]) for m in make.json.loads((make.MODELS / "manifest.json").read_text())["models"]}
    image = Image.open(make.PHOTO).convert("RGB")
    scale = 640 / max(image.size)
    tensors = {name: tensor for name, _, tensor in make.tensors(np.asarray(image))}
    tensors = {id: np.ascontiguousarray(tensors[id], dtype="<f4")[None] for id in IDS}
    sessions = {id: session(files[id]) for id in IDS}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for id, tensor in tensors.items():
            (folder / f"{id}.f32").write_bytes(tensor.tobytes())
        image.resize([round(side * scale) for side in image.size], Image.Resampling.LANCZOS).save(folder / "frame.png")
        ours = subprocess.Popen([program, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        def ask(command):
            ours.stdin.write(command + "\n")
            ours.stdin.flush()
            return [float(ms) for ms in ours.stdout.readline().split()]

        def run(id):
            start = time.perf_counter()
            outputs = sessions[id].run(None, {sessions[id].get_inputs()[0].name: tensors[id]})
            return (time.perf_counter() - start) * 1e3, outputs

        ask("outputs")
        for id in IDS:
            mine = np.fromfile(folder / f"{id}.ours.f32", dtype="<f4")
            agree(mine, np.concatenate([o.reshape(-1) for o in run(id)[1]]), id)
        models, frames, theirs = [], [], []
        for round_ in range(WARM_UP + ROUNDS):
            measured = ask("models"), [run(id)[0] for id in IDS], ask("frame")
            if round_ >= WARM_UP:
                for all_, one in zip((models, theirs, frames), measured):
                    all_.append(one)
        ours.stdin.close()
        assert ours.wait(timeout=60) == 0

    for place, (id, step) in enumerate(IDS.items()):
        row(f"{step}, model alone", [m[place] for m in models], "onnxruntime, same tensor", [t[place] for t in theirs])
    sums = [[sum(times) for times in all_] for all_ in (models, frames, theirs)]
    row("**the three models**, one thread", sums[0], f"onnxruntime {onnxruntime.__version__}", sums[2])
    row("**the three stages of a 640-pixel frame**, one thread", sums[1], "onnxruntime, models alone", sums[2])


if __name__ == "__main__":
    main(sys.argv[1])
