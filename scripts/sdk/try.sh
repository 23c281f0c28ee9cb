#!/usr/bin/env bash
# A development service on loopback for trying an app: makes target/sdk/service anew, prints what an app is given, and a new
# link at each Enter. Ends with its input (Ctrl-D).
#
#   scripts/sdk/try.sh
set -euo pipefail
source "$(dirname "$0")/tools.sh"
source scripts/development/service.sh
stage "$out/service"
mkdir "$dir/store"
cat <<TEXT
issuer      $origin
document    $dir/chip
frames      $(echo "$dir"/frames/*)
passphrase  $dir/passphrase
store       $dir/store
TEXT
while printf 'link        ' && request && read -r; do :; done
