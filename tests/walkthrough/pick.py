#!/usr/bin/env python3
"""Reads report progress (CSV) and prints some phone numbers of a status or step, chosen by a seed.

    numhost report progress | pick.py STATUS COUNT SEED        STATUS may be needs-attention: those with advice for a person"""
import csv
import random
import re
import sys


def main():
    status, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    fits = []
    for row in csv.DictReader(sys.stdin):
        waits = row["numhost_waiting_on"] == "you" and row["numhost_status"] not in ("rejected", "failed", "canceled")
        if row["numhost_status"] == status or (status == "needs-attention" and waits):
            fits.append(row["Phone Number"])
    for number in random.Random(seed).sample(fits, min(count, len(fits))):
        print("+1" + re.sub(r"\D", "", re.sub(r"\.0$", "", number))[-10:])


if __name__ == "__main__":
    main()
