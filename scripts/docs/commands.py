#!/usr/bin/env python3
"""Runs the commands that README.md and docs/ show, as they are written there.

A command is a line of a block fenced as sh; blocks fenced otherwise are only shown. Commands run from
the project's folder, in order, and each must succeed.

    scripts/docs/commands.py [--list] [--without COMMAND]...

--list prints them; --without leaves out a command that was run already, and fails where no page has it.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands(page):
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            command = re.sub(r"\s+#\s.*$", "", line).strip()
            if command and not command.startswith("#"):
                yield " ".join(command.split())


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--list", action="store_true")
    arguments.add_argument("--without", action="append", default=[])
    arguments = arguments.parse_args()

    shown = {}
    for page in PAGES:
        for command in commands(page):
            shown.setdefault(command, page.relative_to(ROOT))
    for command in arguments.without:
        if shown.pop(command, None) is None:
            sys.exit(f"no page shows: {command}")
    if not shown:
        sys.exit("the pages show no command")
    for command, page in shown.items():
        print(f"{page}: {command}", flush=True)
        if arguments.list:
            continue
        begin = time.monotonic()
        ran = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command], cwd=ROOT, timeout=900,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )
        if ran.returncode != 0:
            sys.stdout.write(ran.stdout.decode(errors="replace"))
            sys.exit(f"exit code {ran.returncode}: {command}")
        print(f"    {time.monotonic() - begin:.1f} s", flush=True)
    if not arguments.list:
        print(f"{len(shown)} commands ran")


if __name__ == "__main__":
    main()
