"""Whole runs of the command line on photographs: what a cold start and a batch cost.

    python programs.py HUMANSEAL        HUMANSEAL is the program

A cold start is a process that loads every model and compares two photographs; its peak memory is the
system's count of resident pages. The batch embeds copies of the fixture photographs under names of their own.
Prints rows of the Markdown table in docs/performance.md.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

FACES = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "faces"
STARTS = 12
COPIES = 30


def run(arguments):
    """Milliseconds of a whole process, and its peak memory in MB."""
    start = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, arguments
    return (time.perf_counter() - start) * 1e3, usage.ru_maxrss / 1024


def cell(times):
    return f"{statistics.median(times):.0f} ({min(times):.0f}–{max(times):.0f})"


def main(program):
    pair = [str(FACES / name) for name in ("obama.jpg", "obama2.jpg")]
    runs = [run([program, "face", "compare", *pair, "--json"]) for _ in range(STARTS + 1)][1:]
    print(f"| cold start: models loaded, two photographs compared, {os.cpu_count()} threads | {cell([ms for ms, _ in runs])} | | | |")
    peak = max(mb for _, mb in runs)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        names = []
        for photo in sorted(FACES.glob("*.jpg")) + sorted(FACES.glob("*.png")):
            for copy in range(COPIES):
                names.append(f"{copy}-{photo.name}")
                shutil.copy(photo, folder / names[-1])
        rows = (f"{a}\t{b}\tx\n" for a, b in zip(names, names[1:]))
        (folder / "list.tsv").write_text("".join(rows))
        arguments = ["--list", folder / "list.tsv", "--root", folder, "--out", folder / "out.tsv"]
        ms, batch = run([program, "face", "pairs", *map(str, arguments)])
    print(f"| `face pairs`, one of {len(names)} photographs, {os.cpu_count()} threads, start included | {ms / len(names):.1f} | | | |")
    print(f"\nPeak memory: {peak:.0f} MB of a cold start, {batch:.0f} MB of the batch.")


if __name__ == "__main__":
    main(sys.argv[1])
