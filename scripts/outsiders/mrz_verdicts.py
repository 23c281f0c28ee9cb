#!/usr/bin/env python3
"""Machine readable zones made and judged by the PyPI package `mrz`, for the tests of
humanseal-documents: its generator writes them, some characters are changed, its checkers say which
check digits hold.

    pip install mrz==0.6.2
    python3 scripts/outsiders/mrz_verdicts.py           writes fixtures/vectors/mrz-checked.tsv again
    python3 scripts/outsiders/mrz_verdicts.py --check   compares with the file and prints how many agree

The file is the same in every run. `cargo test -p humanseal-documents` holds our reader against it.
"""

import importlib.metadata
import pathlib
import random
import sys

from mrz.checker.mrva import MRVACodeChecker
from mrz.checker.mrvb import MRVBCodeChecker
from mrz.checker.td1 import TD1CodeChecker
from mrz.checker.td2 import TD2CodeChecker
from mrz.checker.td3 import TD3CodeChecker
from mrz.generator.mrva import MRVACodeGenerator
from mrz.generator.mrvb import MRVBCodeGenerator
from mrz.generator.td1 import TD1CodeGenerator
from mrz.generator.td2 import TD2CodeGenerator
from mrz.generator.td3 import TD3CodeGenerator

FILE = pathlib.Path(__file__).parents[2] / "fixtures/vectors/mrz-checked.tsv"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
EACH = 50

# Name, code, checker, length of the optional data, the line with the number in it and the places
# of that line whose characters check digits cover.
FORMATS = [
    ("TD1", "I", TD1CodeChecker, 11, 0, range(5, 30)),
    ("TD2", "I", TD2CodeChecker, 7, 1, range(0, 36)),
    ("TD3", "P", TD3CodeChecker, 14, 1, range(0, 44)),
    ("MRVA", "V", MRVACodeChecker, 16, 1, range(0, 28)),
    ("MRVB", "V", MRVBCodeChecker, 8, 1, range(0, 28)),
]
HASHES = ["document_number", "birth_date", "expiry_date", "optional_data", "final"]


def good(chance, name, code, optional):
    """A zone of the specimen holder with a number, dates and optional data drawn at random."""
    text = lambda most: "".join(chance.choices(ALPHABET[:36], k=chance.randint(0, most)))
    date = lambda first, last: "%02d%02d%02d" % (
        chance.randint(first, last), chance.randint(1, 12), chance.randint(1, 28))
    number = (text(8) + chance.choice(ALPHABET[:36]))[:9]
    birth, expiry, sex = date(40, 99), date(27, 35), chance.choice("MF<")
    holder = ("ERIKSSON", "ANNA MARIA")
    if name == "TD1":
        made = TD1CodeGenerator(
            code, "UTO", number, birth, sex, expiry, "UTO", *holder, text(15), text(optional), force=True)
    else:
        generator = {"TD2": TD2CodeGenerator, "TD3": TD3CodeGenerator,
                     "MRVA": MRVACodeGenerator, "MRVB": MRVBCodeGenerator}[name]
        made = generator(
            code, "UTO", *holder, number, "UTO", birth, sex, expiry, text(optional), force=True)
    return str(made).split("\n")


def changed(chance, lines, line, places):
    """The same with one character changed at a place that a check digit covers, or is one."""
    # Nationality and sex stand among them and are covered by none.
    uncovered = {10, 11, 12, 20} if line == 1 else set()
    place = chance.choice([p for p in places if p not in uncovered])
    letter = chance.choice([c for c in ALPHABET if c != lines[line][place]])
    lines = list(lines)
    lines[line] = lines[line][:place] + letter + lines[line][place + 1:]
    return lines


def verdict(name, checker, lines):
    """The check digits that do not hold. A visa has none for its optional data and none at the end."""
    judged = checker("\n".join(lines))
    hashes = HASHES[:3] if name.startswith("MRV") else HASHES
    return [h for h in hashes if getattr(judged, h + "_hash", True) is False]


def rows():
    chance = random.Random("humanseal/mrz")
    for name, code, checker, optional, line, places in FORMATS:
        for _ in range(EACH):
            lines = good(chance, name, code, optional)
            # Once as made, once with a character changed.
            for lines in [lines, changed(chance, lines, line, places)]:
                wrong = verdict(name, checker, lines)
                yield "\t".join([name, "/".join(lines), ",".join(wrong) or "-"])


def main():
    version = importlib.metadata.version("mrz")
    text = (
        f"# Made and judged by PyPI mrz {version}, scripts/outsiders/mrz_verdicts.py. Columns: format, lines joined\n"
        "# by \"/\", the check digits that do not hold.\n" + "\n".join(rows()) + "\n")
    if sys.argv[1:] == ["--check"]:
        ours, theirs = FILE.read_text().splitlines()[2:], text.splitlines()[2:]
        agreed = sum(a == b for a, b in zip(ours, theirs))
        print(f"stored verdicts on MRZs\tPyPI mrz {version}\t{len(theirs)}\t{agreed}")
        sys.exit(ours != theirs)
    FILE.write_text(text)


main()
