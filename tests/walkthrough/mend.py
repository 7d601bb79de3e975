#!/usr/bin/env python3
"""Mends a rejects file as the person in the office would, by what its reasons say.

    mend.py REJECTS.csv MENDED.csv

Looks lost digits up (here: makes a number on the exchange 555 up, the same every time), moves extensions to their column,
splits cells with two numbers, fills the missing document in. Leaves out what is a duplicate or can never be hosted, and what
nobody knows a number for. Writes it back with semicolons, as a European spreadsheet does, and prints what was done."""
import collections
import csv
import re
import sys

DOCUMENT = "RI" + "5a" * 16
AREAS = [226, 249, 289, 343, 365, 437]


def looked_up(taken):
    n = len(taken)
    number = f"({AREAS[n % len(AREAS)]}) 555-{1000 + n // len(AREAS):04d}"
    taken.append(number)
    return number


def mend(row, taken):
    """(what was done, rows to import again)"""
    reason, cell = row["reason"], row["Phone Number"]
    if "stands earlier" in reason or "Bahamas" in reason or "United Kingdom" in reason:
        return "left out", []
    if "phone-bill needs a document" in reason:
        return "document filled in", [{**row, "Verification Document Sid": DOCUMENT}]
    if "an extension stands inside" in reason:
        number, extension = re.split(r"\s*x", cell)
        return "extension moved", [{**row, "Phone Number": number, "Extension": extension}]
    if "more than one number" in reason:
        return "number left alone in its cell", [{**row, "Phone Number": cell.split("/")[0].strip()}]
    if "too many digits" in reason:
        return "leading zero taken off", [{**row, "Phone Number": cell.lstrip("0")}]
    if "missing; fill it in" in reason or "does not belong" in reason:
        return "nobody knows the number", []
    return "number looked up", [{**row, "Phone Number": looked_up(taken)}]


def main():
    with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    taken, done, mended = [], collections.Counter(), []
    for row in rows:
        what, again = mend(row, taken)
        done[what] += 1
        mended += again
    with open(sys.argv[2], "w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, rows[0].keys(), delimiter=";", lineterminator="\r\n")
        out.writeheader()
        out.writerows(mended)
    for what, count in sorted(done.items()):
        print(f"{count:5d} {what}")
    print(f"{len(mended):5d} rows to import again")


if __name__ == "__main__":
    main()
