#!/usr/bin/env python3
"""Writes a CSV as people's spreadsheets make them: numbers in many spellings, duplicates, blank rows, lost digits.

    samples/make-messy-csv.py [ROWS] > messy.csv        (default 5000 rows; the same every time)

40 sites, 25 signers, about one row in twelve that import refuses and says why. All numbers are on the exchange 555; e-mail
addresses are under example.com."""
import csv
import random
import sys

SITES = 40
SIGNERS = 25
AREAS = [201, 206, 212, 213, 214, 303, 305, 312, 313, 404, 408, 415, 416, 503, 504, 512, 514, 602, 604, 612, 617, 619,
         702, 713, 718, 720, 773, 786, 808, 818, 901, 903, 907, 914, 916, 919, 925, 949, 954, 972]
TOLL_FREE = [800, 833, 844, 855, 866, 877, 888]
NOTES = ["", "", "", "", "checked", "5\" display", "back room, left", "call before 10", "=B2", "-", "moved\nin May"]


def digits(rng, used, site):
    while True:
        area = rng.choice(TOLL_FREE) if rng.random() < 0.05 else AREAS[site]
        number = f"{area}555{rng.randrange(10000):04d}"
        if number not in used:
            used.append(number)
            return number


def spell(rng, n):
    a, e, l = n[:3], n[3:6], n[6:]
    return rng.choice([f"({a}) {e}-{l}", f"{a}-{e}-{l}", f"{a}.{e}.{l}", f"+1 {a} {e} {l}", f"1-{a}-{e}-{l}", n,
                       f" {n} ", f"{a}\u00a0{e}\u00a0{l}", f"{a}\u2013{e}\u2013{l}", f"tel:+1{n}", f"\u200e+1{n}", f"'{n}",
                       f"{n}.0"])


def spoil(rng, n):
    return rng.choice([f"{float('1' + n):.5E}", n[:9], n[3:], f"{n} x{rng.randrange(100, 999)}", f"{n[:6]}ABCD", "", "#N/A",
                       "+44 20 7946 0958", f"{n} / {n[:9]}0", "n/a", f"0{n}", f"242{n[3:]}"])


def signer(i):
    return [f"signer{i:02d}@example.com", f"AD{i:02x}" + f"{i:02x}" * 15,
            ["Owner", "Office Manager", "", "Director"][i % 4], "" if i % 5 == 0 else f"({AREAS[i]}) 555-01{i:02d}"]


def row(rng, used):
    site = rng.randrange(SITES)
    chance = rng.random()
    if chance < 0.04 and used:
        number = spell(rng, rng.choice(used))
    elif chance < 0.08:
        number = spoil(rng, digits(rng, used, site))
        used.pop()
    else:
        number = spell(rng, digits(rng, used, site))
    bill = rng.random() < 0.1
    document = "RI" + "5a" * 16 if bill and rng.random() < 0.95 else ""
    email, address, title, phone = signer(site % SIGNERS)
    extension = rng.choice(["", "", "", "", "", "ww1", "204#", "*9"])
    return [f"Store {site + 1:03d}", number, f"Line {len(used)}", email, address, title, phone,
            "phone-bill" if bill else "", document, extension, rng.choice(["", "", "5", "10"]), rng.choice(NOTES)]


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    rng = random.Random(20261123)
    used = []
    out = csv.writer(sys.stdout, lineterminator="\r\n")
    sys.stdout.write("\ufeff")
    out.writerow(["Site", "Phone Number", "Friendly Name", "Email", "AddressSid", "Contact Title",
                  "Contact Phone Number", "Verification Type", "Verification Document Sid", "Extension", "Call Delay",
                  "Notes"])
    for i in range(count):
        out.writerow(row(rng, used))
        if i % 997 == 996:
            out.writerow([""] * 12)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    main()
