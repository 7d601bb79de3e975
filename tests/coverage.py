#!/usr/bin/env python3
"""Reads what `llvm-cov export` wrote: a table by folder, then each line and each side of a condition that never ran.

    coverage.py COVERAGE.json [FOLDER...]      lists only what is below these folders of src/

Counted are the lines with code and the two sides of every condition, as written: `a && b` has four. Not counted, because
nothing can make them happen in a program that is right:

- the failing side of REQUIRE and assert (base/require.h): a broken invariant ends the process;
- a value outside its enum: the way around a `switch` over an enum (-Wswitch-enum sees to it that every enumerator has its case),
  and the line behind such a switch;
- what tests/coverage-exceptions.txt names, each with its reason.

Ends with 1 when a floor is not held, a source is missing from the data, or an exception fits nothing that is uncovered.
"""
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src"
EXCEPTIONS = ROOT / "tests" / "coverage-exceptions.txt"
FOLDERS = ["domain", "engine", "adapters/sqlite", "adapters/http", "sandbox", "cmd", "base"]
PROVEN = ["domain", "engine", "adapters/sqlite"]
PROVEN_BRANCHES, PROVEN_LINES, WHOLE_LINES, WHOLE_BRANCHES = 95.0, 100.0, 90.0, 90.0

LINE, COLUMN, END_LINE, END_COLUMN, TRUE_COUNT, FALSE_COUNT = range(6)


def line_counts(segments):
    """{line: count} of the lines with code; LineCoverageStats of LLVM, over [line, column, count, has_count, is_entry, is_gap]."""
    counts, by_line = {}, {}
    for segment in segments:
        by_line.setdefault(segment[0], []).append(segment)
    wrapped = None
    for line in range(segments[0][0], segments[-1][0] + 1) if segments else ():
        here = by_line.get(line, [])
        entries = [s for s in here if s[3] and s[4] and not s[5]]
        skipped = bool(here) and not here[0][3] and here[0][4]
        if wrapped and wrapped[5] and not entries:  # behind a gap, as after assert(): what begins on the line
            entries = [s for s in here if s[3] and not s[5]][:1]
        if not skipped and ((wrapped and wrapped[3]) or entries):
            counts[line] = max([s[2] for s in entries] + [wrapped[2] if wrapped and wrapped[3] else 0])
        if here:
            wrapped = here[-1]
    return counts


class Source:
    """One file: its text, and what of it ran."""

    def __init__(self, data):
        self.path = Path(data["filename"])
        self.name = str(self.path.relative_to(SOURCES))
        self.text = self.path.read_text().split("\n")
        self.lines = line_counts(data["segments"])
        self.sides = {}  # (line, column, text, side): count, the largest when a header is in many places
        for branch in data["branches"]:
            for side, count in (("true", branch[TRUE_COUNT]), ("false", branch[FALSE_COUNT])):
                key = (branch[LINE], branch[COLUMN], self.condition(branch), side)
                self.sides[key] = max(count, self.sides.get(key, 0))

    def line(self, number):
        return self.text[number - 1]

    def condition(self, branch):
        first, last = branch[LINE], branch[END_LINE]
        if first == last:
            return self.line(first)[branch[COLUMN] - 1:branch[END_COLUMN] - 1]
        return self.line(first)[branch[COLUMN] - 1:] + " ..."

    def is_asserted(self, key):
        """The false side of a condition inside REQUIRE( or assert( ... ;"""
        line, column, _, side = key
        before = "\n".join(self.text[max(0, line - 6):line - 1] + [self.line(line)[:column - 1]])
        statement = re.split(r"[;{}]", before)[-1]
        return side == "false" and re.search(r"\b(REQUIRE|assert)\($|\b(REQUIRE|assert)\(", statement) is not None

    def is_way_around(self, key):
        """`switch (value)` is a condition whose true side is: none of the cases."""
        line, column, _, _ = key
        return self.line(line)[:column - 1].rstrip().endswith("switch (")

    def is_behind_switch(self, number):
        """The line that a value outside its enum would reach: `return ...;` after the switch's closing brace."""
        closing = self.line(number - 1)
        if closing.strip() != "}" or "return" not in self.line(number):
            return False
        indent = closing[:len(closing) - 1]
        for back in range(number - 2, 0, -1):
            if self.line(back).startswith(indent + "switch ("):
                return True
            if self.line(back).startswith(indent) and not self.line(back)[len(indent):].startswith((" ", "case ", "}")):
                return False
        return False


class Exceptions:
    """Lines `FILE: TEXT: REASON`: a line of FILE that contains TEXT need not run, nor its conditions both ways."""

    def __init__(self):
        self.rows = []
        if EXCEPTIONS.exists():
            for row in EXCEPTIONS.read_text().splitlines():
                if row and not row.startswith("#"):
                    name, text, reason = (part.strip() for part in row.split(" | "))
                    self.rows.append([name, text, reason, False])

    def name(self, source, number):
        for row in self.rows:
            if row[0] == source.name and row[1] in source.line(number):
                row[3] = True
                return True
        return False

    def unused(self):
        return [row for row in self.rows if not row[3]]


def judge(source, exceptions):
    """(lines run, lines counted, sides run, sides counted, [what is missing])"""
    missing, ran, counted = [], 0, 0
    for number, count in source.lines.items():
        if count == 0 and (source.is_behind_switch(number) or exceptions.name(source, number)):
            continue
        counted += 1
        ran += count > 0
        if count == 0:
            missing.append((number, 0, "never ran: " + source.line(number).strip()))
    sides_ran, sides_counted = 0, 0
    for key, count in sorted(source.sides.items()):
        if source.is_way_around(key):
            continue
        if count == 0 and (source.is_asserted(key) or exceptions.name(source, key[0])):
            continue
        sides_counted += 1
        sides_ran += count > 0
        if count == 0 and source.lines.get(key[0], 0) > 0:
            missing.append((key[0], key[1], f"never {key[3]}: {key[2]}"))
    return ran, counted, sides_ran, sides_counted, sorted(missing)


def percent(part, whole):
    return 100.0 * part / whole if whole else 100.0


def folder_of(name):
    return next((folder for folder in FOLDERS if name.startswith(folder + "/")), None)


def sources_with_code():
    """A table alone has no function: no line that is an opening brace."""
    for path in sorted(SOURCES.rglob("*.c")):
        if "\n{\n" in path.read_text():
            yield str(path.relative_to(SOURCES))


def print_table(results):
    print(f"{'folder':<18}{'lines':>8}{'run':>8}{'%':>8}{'sides':>10}{'run':>8}{'%':>8}")
    rows = {folder: [0, 0, 0, 0] for folder in FOLDERS}
    for name, result in results.items():
        row = rows.get(folder_of(name))
        if row is not None:
            for i in range(4):
                row[i] += result[i]
    rows["whole program"] = [sum(row[i] for row in rows.values()) for i in range(4)]
    for folder, (ran, counted, sides_ran, sides) in rows.items():
        print(f"{folder:<18}{counted:>8}{ran:>8}{percent(ran, counted):>8.2f}"
              f"{sides:>10}{sides_ran:>8}{percent(sides_ran, sides):>8.2f}")
    return rows


def main():
    data = json.loads(Path(sys.argv[1]).read_text())["data"][0]
    exceptions = Exceptions()
    sources = [Source(file) for file in data["files"] if Path(file["filename"]).is_relative_to(SOURCES)]
    results = {source.name: judge(source, exceptions) for source in sources}
    rows = print_table(results)
    for name, result in sorted(results.items()):
        if result[4] and (not sys.argv[2:] or name.startswith(tuple(sys.argv[2:]))):
            print(f"\nsrc/{name}: {percent(*result[0:2]):.1f} % of lines, {percent(*result[2:4]):.1f} % of sides")
            for line, column, what in result[4]:
                print(f"  {line}{':' + str(column) if column else ''}: {what}")
    troubles = [f"{name}: nothing of it is in the data" for name in sources_with_code() if name not in results]
    troubles += [f"exception fits nothing uncovered: {row[0]} | {row[1]}" for row in exceptions.unused()]
    for folder in PROVEN:
        ran, counted, sides_ran, sides = rows[folder]
        if percent(ran, counted) < PROVEN_LINES or percent(sides_ran, sides) < PROVEN_BRANCHES:
            troubles.append(f"{folder}: below {PROVEN_LINES:.0f} % of lines or {PROVEN_BRANCHES:.0f} % of sides")
    ran, counted, sides_ran, sides = rows["whole program"]
    if percent(ran, counted) < WHOLE_LINES or percent(sides_ran, sides) < WHOLE_BRANCHES:
        troubles.append(f"whole program: below {WHOLE_LINES:.0f} % of lines or {WHOLE_BRANCHES:.0f} % of sides")
    print("\n" + "\n".join(troubles or ["every floor is held"]))
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
