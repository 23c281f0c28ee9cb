# Sourced by the scripts beside it. Installs compiler, forge and library as contracts/package-lock.json pins
# them into target/contracts, once; sets `root` and `tools`, and has `foundry`. No package's own install script runs: forge's
# binary lies in the package of its platform.
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
tools="$root/target/contracts"
mkdir -p "$tools"
# Scripts that run at the same time must not install twice into one folder.
exec 9>"$tools/lock"
# Without it (macOS) one script after another does as well.
if command -v flock >/dev/null; then flock 9; fi
if ! cmp -s "$root/contracts/package-lock.json" "$tools/installed.json"; then
  cp "$root/contracts/package.json" "$root/contracts/package-lock.json" "$tools"
  (cd "$tools" && npm ci --loglevel=error --no-audit --no-fund --ignore-scripts) >&2
  cp "$root/contracts/package-lock.json" "$tools/installed.json"
fi
exec 9>&-

# The binary of this name (forge, anvil) from the package of this platform.
foundry() {
  local platform
  case "$(uname -sm)" in
    'Linux x86_64') platform=linux-amd64 ;;
    'Linux aarch64') platform=linux-arm64 ;;
    'Darwin x86_64') platform=darwin-amd64 ;;
    'Darwin arm64') platform=darwin-arm64 ;;
    *) echo "$1 has no build for $(uname -sm)" >&2; return 3 ;;
  esac
  echo "$tools/node_modules/@foundry-rs/$1-$platform/bin/$1"
}
