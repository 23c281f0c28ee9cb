# Sourced by the scripts beside it. Sets `root`, `out` (target/sdk) and `library` (the SDK's shared library), and has what
# makes packages of it. With HUMANSEAL_APP=1 the library is the small one of the profile `app`, which links for minutes;
# else that of the workspace, whose tests everything here is.
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
cd "$root"
out="$root/target/sdk"
mkdir -p "$out"

# The models that a device loads; the other one of the manifest is an operator's choice.
models=(det_retinaface_mnet025.onnx embed_mobilefacenet_192.onnx lm_mediapipe_468_192.onnx
  pad_fr_liveness_128.onnx manifest.json)

# The library, and what writes sources out of it.
build() {
  local built="${CARGO_TARGET_DIR:-target}/release"
  if [ "${HUMANSEAL_APP:-}" = 1 ]; then
    # Addresses that are set when the library is loaded are a megabyte; packed, glibc reads them since 2.36, Android since 11.
    local packed=()
    [ "$(uname -s)" = Linux ] && packed=(-C link-arg=-Wl,-z,pack-relative-relocs)
    cargo rustc --quiet --profile app --locked --package humanseal-sdk-ffi --lib --crate-type cdylib -- "${packed[@]}"
    built="${CARGO_TARGET_DIR:-target}/app"
  else
    cargo build --quiet --release --locked --workspace
  fi
  case "$(uname -s)" in
    Darwin) library="$built/libhumanseal.dylib" ;;
    *) library="$built/libhumanseal.so" ;;
  esac
  cargo build --quiet --locked --manifest-path sdk/bindgen/Cargo.toml --target-dir "$out/tools/bindgen"
  bindgen="$out/tools/bindgen/debug/humanseal-sdk-bindgen"
}
sources() {
  "$bindgen" "$1" "$library" "$2" sdk/ffi/bindings.toml
}

# The library without the names that only a debugger reads, into a folder.
stripped() {
  cp "$library" "$1"
  case "$(uname -s)" in
    Darwin) strip -x "$1/$(basename "$library")" ;;
    *) strip --strip-unneeded "$1/$(basename "$library")" ;;
  esac
}

# Debian's packages of these names, where they are missing.
debian() {
  local missing=()
  for package in "$@"; do
    dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ "${#missing[@]}" -eq 0 ] && return
  echo "installing ${missing[*]}" >&2
  apt-get update --quiet=2 >&2
  DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends "${missing[@]}" >&2
}

# The Kotlin compiler and its libraries, from npm, once; sets `kotlin` to their folder.
kotlin_tools() {
  local version=2.4.20
  kotlin="$out/tools/node_modules/kotlin-compiler/lib"
  if ! grep -qs "\"version\": \"$version\"" "$kotlin/../package.json"; then
    mkdir -p "$out/tools"
    echo '{ "private": true }' >"$out/tools/package.json"
    (cd "$out/tools" && npm install --save-exact --loglevel=error --no-audit --no-fund --ignore-scripts \
      "kotlin-compiler@$version") >&2
  fi
}

# The scenario of a language before a staged service (scripts/development/service.sh), then its example app. `run` is how
# the language runs its program of a name, with arguments.
play() {
  local link
  link="$(request)"
  run scenario "$dir" "$origin" "$link" "$bin/humanseal" "$(request pages.example)"
  "${back_end[@]}" --output "$dir/outcome.json" "$link"
  json "$dir/outcome.json" outcome pass | cmp - "$dir/pass.jwt"

  # The app has a document of its own: the scenario's is enrolled.
  stop
  stage "$out/stage-$1"
  mkdir "$dir/app"
  run app "$origin" "$dir/chip" "$(request)" "$dir/app" "$dir"/frames/* <"$dir/passphrase"
  echo "$1: the verifier has the device's pass, and the example app runs"
}
