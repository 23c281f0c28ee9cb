#!/usr/bin/env bash
# Makes JPEG 2000 portraits with OpenJPEG, as passports store them, and what OpenJPEG itself decodes
# from them, for the tests of humanseal-biometric. Needs opj_compress and opj_decompress (Debian:
# libopenjp2-tools) and python3 with Pillow, which cuts the portrait.
#
#   scripts/vectors/jpeg2000.sh [OUT]     OUT: fixtures/documents/jpeg2000 unless stated
#
# The photograph is fixtures/faces/astronaut.png (public domain). NAME.jp2 or NAME.j2k is the portrait,
# NAME.png what opj_decompress makes of it; where there is no NAME.png, nothing was lost and that is
# colour.png or grey.png. colour-every-second.jp2 is to be refused.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
out="$(mkdir -p "${1:-$root/fixtures/documents/jpeg2000}" && cd "${1:-$root/fixtures/documents/jpeg2000}" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
rm -f "$out"/*

python3 - "$root/fixtures/faces/astronaut.png" <<'PYTHON'
import sys
from PIL import Image
face = Image.open(sys.argv[1]).convert("RGB").crop((105, 0, 345, 320))
face.save("face.ppm")
# An odd number of columns and rows, so that nothing fits by chance.
small = face.resize((121, 161), Image.Resampling.LANCZOS)
small.save("colour.ppm")
small.convert("L").save("grey.pgm")
# Planes of Y, Cb and Cr, the latter two halved, for -F.
even = small.resize((120, 160), Image.Resampling.LANCZOS).convert("YCbCr")
planes = even.split()
with open("subsampled.yuv", "wb") as file:
    file.write(planes[0].tobytes())
    for plane in planes[1:]:
        file.write(plane.resize((60, 80), Image.Resampling.BOX).tobytes())
PYTHON

quietly() { "$@" >log 2>&1 || { cat log >&2; exit 1; }; }

# OpenJPEG reads and writes plain pixels here: it applies the gamma that a PNG names.
png() { python3 -c 'import sys; from PIL import Image; Image.open(sys.argv[1]).save(sys.argv[2], optimize=True)' "$1" "$2"; }
# lossless FILE SOURCE OPTIONS…: what comes back must be the source.
lossless() {
  local file="$1" source="$2"; shift 2
  quietly opj_compress -i "$source" -o "$out/$file" "$@"
  quietly opj_decompress -i "$out/$file" -o "back.${source##*.}"
  cmp <(python3 -c "$pixels" "$source") <(python3 -c "$pixels" "back.${source##*.}") || { echo "$file: not lossless" >&2; exit 1; }
}
pixels='import sys; from PIL import Image; sys.stdout.buffer.write(Image.open(sys.argv[1]).tobytes())'
# lossy FILE SOURCE OPTIONS…
lossy() {
  local file="$1" source="$2"; shift 2
  quietly opj_compress -i "$source" -o "$out/$file" "$@"
  case "$source" in *.pgm) quietly opj_decompress -i "$out/$file" -o back.pgm; png back.pgm "$out/${file%.*}.png" ;;
    *) quietly opj_decompress -i "$out/$file" -o back.ppm; png back.ppm "$out/${file%.*}.png" ;; esac
}

png colour.ppm "$out/colour.png"
png grey.pgm "$out/grey.png"
lossless colour-lossless.jp2 colour.ppm
lossless colour-lossless.j2k colour.ppm
lossless colour-no-mct.jp2 colour.ppm -mct 0
lossless colour-tiles.jp2 colour.ppm -t 64,64
lossless colour-tiles-rpcl.j2k colour.ppm -t 50,70 -p RPCL -n 3 -SOP -EPH
lossless colour-bypass.jp2 colour.ppm -M 1
lossless grey-lossless.jp2 grey.pgm
lossless grey-lossless.j2k grey.pgm
# 240 × 320 in about 15 kB, as ICAO 9303 part 9 advises; the irreversible transform with the
# irreversible colour transform, and the reversible ones cut off.
lossy face-15-kb.jp2 face.ppm -r 15 -I
lossy face-15-kb-reversible.jp2 face.ppm -r 15
lossy colour-lossy.j2k colour.ppm -r 12 -I
lossy colour-layers.jp2 colour.ppm -r 40,20,10 -I -c '[64,64]' -b 32,32
lossy grey-lossy.jp2 grey.pgm -r 10 -I
# Every second column and row of the two colour differences; and of all components, which no
# passport does.
lossy subsampled.jp2 subsampled.yuv -F 120,160,3,8,u@1x1:2x2:2x2 -mct 0
quietly opj_compress -i colour.ppm -o "$out/colour-every-second.jp2" -s 2,2
opj_compress -h | grep -o 'openjp2 library v[0-9.]*[0-9]' >"$out/VERSION"
