#!/usr/bin/env bash
# Runs the SDK's scenario in one language against a development service on loopback: enrol, present, be verified, and
# what must not pass; a second device by printed lines. Then its example app. The pass that the device holds must be the
# one that the verifier's back end was given.
#
#   scripts/sdk/scenario.sh python|kotlin|c
set -euo pipefail
source "$(dirname "$0")/tools.sh"
source scripts/development/service.sh
language="${1:?which language: python, kotlin, c}"
scripts/sdk/package.sh "$language"

stage "$out/stage-$language"

# How a language runs its program of this name (scenario, app) with arguments.
case "$language" in
  python)
    python3 -m venv "$out/python/environment"
    "$out/python/environment/bin/pip" install --quiet --disable-pip-version-check \
      "$out"/python/*.whl 'solders==0.29.0' >&2
    run() { "$out/python/environment/bin/python" "sdk/packages/python/$1.py" "${@:2}"; }
    ;;
  kotlin)
    kotlin_tools
    debian libjna-java
    libraries="/usr/share/java/jna.jar:$kotlin/kotlinx-coroutines-core-jvm.jar:$kotlin/kotlin-stdlib.jar"
    libraries="$libraries:$out/kotlin/humanseal-jvm.jar"
    java -cp "$kotlin/*" org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -no-reflect -jvm-target 17 -cp "$libraries" \
      -d "$out/kotlin/programs" sdk/packages/kotlin/*.kt
    run() {
      local class="${1^}Kt"
      HUMANSEAL_MODELS="$out/kotlin/aar/assets/humanseal" java -cp "$libraries:$out/kotlin/programs" "$class" "${@:2}"
    }
    ;;
  c)
    debian libssl-dev
    "${CXX:-c++}" -fsyntax-only -Wall -Wextra -Werror -pedantic -x c++ "$out/c/include/humanseal.h"
    for program in scenario app; do
      "${CC:-cc}" -std=c11 -D_DEFAULT_SOURCE -Wall -Wextra -Werror -pedantic -I "$out/c/include" -o "$out/c/$program" \
        "sdk/packages/c/$program.c" -L "$out/c/lib" -lhumanseal -lcrypto -Wl,-rpath,"$out/c/lib"
    done
    run() { HUMANSEAL_MODELS="$out/c/models" "$out/c/$1" "${@:2}"; }
    ;;
  *)
    echo "no such language: $language" >&2
    exit 2
    ;;
esac

play "$language"
