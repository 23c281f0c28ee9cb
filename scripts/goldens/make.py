"""Golden values: what onnxruntime says about crops of a lossless fixture photograph.

    python -m venv venv && venv/bin/pip install onnxruntime numpy pillow
    venv/bin/python scripts/goldens/make.py            writes fixtures/models/goldens.json
    venv/bin/python scripts/goldens/make.py --check    compares with it instead

Crops are cut at whole pixels, never resampled, so that Rust can cut the same tensor; its SHA-256
(little-endian f32) is recorded and compared. Of the detector's output every 25th prior and every
prior with a face score of at least .3 is kept.
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
import onnxruntime
import PIL
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODELS = ROOT / "fixtures" / "models"
GOLDENS = MODELS / "goldens.json"
PHOTO = ROOT / "fixtures" / "faces" / "astronaut.png"


def crop(pixels, left, top, side):
    return pixels[top : top + side, left : left + side].astype(np.float32)


def planes_bgr(image):
    return image[:, :, ::-1].transpose(2, 0, 1)


def tensors(pixels):
    """Name, model and input of each golden; the cuts are repeated in biometric/src/goldens.rs."""
    mean = np.array([123, 117, 104], np.float32)
    canvas = np.zeros((640, 640, 3), np.float32)
    canvas[:512, :512] = crop(pixels, 0, 0, 512) - mean
    face = crop(pixels, 170, 70, 112)
    scaled = (face - np.float32(127.5)) / np.float32(128)
    return [
        ("retinaface", "retinaface", planes_bgr(canvas)),
        ("retinaface_320", "retinaface", planes_bgr(crop(pixels, 80, 0, 320) - mean)),
        ("mobilefacenet", "mobilefacenet", scaled),
        ("fr_feature", "fr_feature", planes_bgr(scaled)),
        ("fr_liveness", "fr_liveness", planes_bgr(crop(pixels, 160, 60, 128))),
        ("mediapipe_468", "mediapipe_468", crop(pixels, 130, 25, 192) / np.float32(255)),
    ]


def run(file, tensor):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: tensor[None]})


def make():
    pixels = np.asarray(Image.open(PHOTO).convert("RGB"))
    manifest = json.loads((MODELS / "manifest.json").read_text())
    files = {model["id"]: MODELS / model["file"] for model in manifest["models"]}
    goldens = []
    for name, model, tensor in tensors(pixels):
        tensor = np.ascontiguousarray(tensor, dtype="<f4")
        outputs = [o.reshape(-1) for o in run(str(files[model]), tensor)]
        rows = None
        if model == "retinaface":
            scores = outputs[1].reshape(-1, 2)[:, 1]
            rows = [i for i in range(len(scores)) if i % 25 == 0 or scores[i] >= 0.3]
            outputs = [o.reshape(len(scores), -1)[rows].reshape(-1) for o in outputs]
        goldens.append(
            {
                "name": name,
                "model_sha256": hashlib.sha256(files[model].read_bytes()).hexdigest(),
                "input_sha256": hashlib.sha256(tensor.tobytes()).hexdigest(),
                "rows": rows,
                "outputs": [[float(f"{v:.7g}") for v in o] for o in outputs],
            }
        )
    return {
        "made_with": {
            "onnxruntime": onnxruntime.__version__,
            "numpy": np.__version__,
            "pillow": PIL.__version__,
        },
        "photo_sha256": hashlib.sha256(PHOTO.read_bytes()).hexdigest(),
        "goldens": goldens,
    }


def check(made, stored):
    """Digests must be equal, outputs agree to a cosine of 1 - 1e-6 (processors differ in rounding)."""
    assert made["photo_sha256"] == stored["photo_sha256"], "another photograph"
    assert len(made["goldens"]) == len(stored["goldens"]), "another number of models"
    for new, old in zip(made["goldens"], stored["goldens"]):
        for key in ("name", "model_sha256", "input_sha256", "rows"):
            assert new[key] == old[key], (new["name"], key)
        for a, b in zip(new["outputs"], old["outputs"], strict=True):
            a, b = np.array(a), np.array(b)
            cosine = float(a @ b / np.sqrt((a @ a) * (b @ b)))
            print(f"{new['name']}: cosine {cosine:.9f}")
            assert cosine >= 1 - 1e-6, new["name"]


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        check(make(), json.loads(GOLDENS.read_text()))
        print("goldens agree")
    else:
        GOLDENS.write_text(json.dumps(make(), separators=(",", ":")) + "\n")
