"""What onnxruntime says about an embedding model, for `humanseal face models add`.

    python3 -m venv venv && venv/bin/pip install onnxruntime numpy pillow
    venv/bin/python scripts/faces/onnxruntime_reference.py MODEL.onnx --mean 127.5 --divisor 128 \
        --channels rgb --out reference.json

Runs the model on five cuts of a lossless fixture photograph and writes its outputs, with the
digests of model, photograph and tensors. The side of the input and its order (planes or pixels)
are read from the model; mean, divisor and the order of the colours are not in it: they are what
it was trained with. A mean or divisor is one number, or three with commas, in the order of the
colours. Cuts are made at whole pixels, never resampled, so that Rust cuts the same tensor.
"""

import argparse
import hashlib
import json
import pathlib

import numpy as np
import onnxruntime
from PIL import Image

PHOTO = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "faces" / "astronaut.png"
# Left and top; biometric/src/operator/reference.rs has the same.
CUTS = [(170, 70), (0, 0), (256, 0), (128, 32), (240, 240)]


def three(text):
    numbers = [float(number) for number in text.split(",")]
    if len(numbers) not in (1, 3):
        raise argparse.ArgumentTypeError("one number or three")
    return numbers * (3 // len(numbers))


def session(model):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def order(shape):
    """Side and order of an input of shape [batch, 3, side, side] or [batch, side, side, 3]."""
    match shape:
        case [_, 3, int(height), int(width)] if height == width:
            return height, "planes"
        case [_, int(height), int(width), 3] if height == width:
            return height, "pixels"
    raise SystemExit(f"the model's input is no square of three colours: {shape}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--mean", type=three, required=True)
    parser.add_argument("--divisor", type=three, required=True)
    parser.add_argument("--channels", choices=["rgb", "bgr"], required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()

    run = session(str(arguments.model))
    (fed,) = run.get_inputs()
    side, layout = order(fed.shape)
    pixels = np.asarray(Image.open(PHOTO).convert("RGB"))
    mean, divisor = (np.array(v, np.float32) for v in (arguments.mean, arguments.divisor))
    cuts = []
    for left, top in CUTS:
        cut = pixels[top : top + side, left : left + side].astype(np.float32)
        if arguments.channels == "bgr":
            cut = cut[:, :, ::-1]
        tensor = (cut - mean) / divisor
        if layout == "planes":
            tensor = tensor.transpose(2, 0, 1)
        tensor = np.ascontiguousarray(tensor, dtype="<f4")
        (output,) = run.run(None, {fed.name: tensor[None]})
        cuts.append(
            {
                "left": left,
                "top": top,
                "input_sha256": hashlib.sha256(tensor.tobytes()).hexdigest(),
                "output": [float(f"{v:.7g}") for v in output.reshape(-1)],
            }
        )
    reference = {
        "version": 1,
        "runtime": f"onnxruntime {onnxruntime.__version__}",
        "model_sha256": hashlib.sha256(arguments.model.read_bytes()).hexdigest(),
        "photo_sha256": hashlib.sha256(PHOTO.read_bytes()).hexdigest(),
        "input": {
            "side": side,
            "layout": layout,
            "channels": arguments.channels,
            "mean": arguments.mean,
            "divisor": arguments.divisor,
        },
        "cuts": cuts,
    }
    arguments.out.write_text(json.dumps(reference, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
