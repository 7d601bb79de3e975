#!/usr/bin/env python3
"""canary.py FOLDER: looks in every file under FOLDER for values that must not be there.

FOLDER/canaries names them, one "KIND VALUE" a line. A secret may be nowhere; an e-mail address (mail) and a whole phone
number (phone) only in what is kept and in what was asked for, never in a message; a code that is over nowhere. Each is
looked for as it is, as it looks in a URL, in hex, in UTF-16 and at any place inside of Base64, and secrets also by their
halves; a phone number also as people write it. Says where, never what; exit code 1 when anything was found."""

import base64
import fnmatch
import os
import re
import stat
import sys
import urllib.parse

# What the test itself wrote, and what was told to keep them.
INPUT = ["canaries", "credentials", "numhost.yaml", "scenario.yaml", "batch.csv", "bad.csv"]
DATA = INPUT + ["numhost.db", "numhost.db-wal", "numhost.db-journal", "numhost.db.saved-*", "report/*", "rejects.csv"]
MAY_HOLD = {"secret": INPUT, "code": INPUT, "mail": DATA, "phone": DATA}


def in_base64(value):
    """What is sure to be seen of it, for each of the three places a value can begin at in a group."""
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + value)
        whole = text[(offset * 8 + 5) // 6 : (offset + len(value)) * 8 // 6]
        yield whole
        yield whole.translate(bytes.maketrans(b"+/", b"-_"))


def spellings(kind, value):
    yield value
    if kind == "secret":
        yield value[:12]
        yield value[-12:]
    if kind == "phone":
        area, exchange, line = value[-10:-7], value[-7:-4], value[-4:]
        yield value[-10:]
        for form in ("{}-{}-{}", "({}) {}-{}", "{}.{}.{}", "{} {} {}"):
            yield form.format(area, exchange, line)


def patterns(kind, value):
    """Pairs of how it was written and a compiled pattern."""
    for text in dict.fromkeys(spellings(kind, value)):
        plain = text.encode()
        # Six digits are met by chance inside of identifiers, which are hexadecimal; a code in a row is not followed by any.
        after = rb"(?![0-9A-Fa-f])" if kind == "code" else b""
        yield "plain", re.compile(re.escape(plain) + after, re.IGNORECASE)
        yield "hex", re.compile(plain.hex().encode(), re.IGNORECASE)
        yield "UTF-16", re.compile(re.escape(text.encode("utf-16-le")), re.IGNORECASE)
        quoted = urllib.parse.quote(text, safe="").encode()
        if quoted != plain:
            yield "URL", re.compile(re.escape(quoted), re.IGNORECASE)
        if len(plain) >= 9:
            for part in in_base64(plain):
                yield "Base64", re.compile(re.escape(part))


def read_canaries(path):
    with open(path, encoding="utf-8") as lines:
        pairs = [line.rstrip("\n").split(" ", 1) for line in lines]
    return [(kind, number, list(patterns(kind, value))) for number, (kind, value) in enumerate(pairs, 1)]


def files_under(folder):
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            if stat.S_ISREG(os.lstat(path).st_mode):
                yield os.path.relpath(path, folder), path


def main():
    folder = sys.argv[1]
    canaries = read_canaries(os.path.join(folder, "canaries"))
    files = 0
    found = 0
    for name, path in files_under(folder):
        files += 1
        with open(path, "rb") as opened:
            content = opened.read()
        for kind, number, looks in canaries:
            if any(fnmatch.fnmatch(name, pattern) for pattern in MAY_HOLD[kind]):
                continue
            for how, pattern in looks:
                match = pattern.search(content)
                if match:
                    found += 1
                    print(f"canary {number} ({kind}, {how}) is in {name} at {match.start()}")
                    break
    print(f"{files} files, {len(canaries)} canaries: {found} found")
    return 1 if found or not canaries else 0


if __name__ == "__main__":
    sys.exit(main())
