#!/usr/bin/env python3
"""Was every call that may fail made to fail, at every place of the program where it stands?

    fault_sites.py STRUCK [PROGRAM]     STRUCK: the folder that FAULTS_SITES named when test_*_fails ran
                                        PROGRAM: build/dev/src/numhost without one; the tests lie beside it

A call site is a call as written: file, line, column, function. They are read from the program's machine code, and so are the
calls of the test programs, which wrap what may fail (tests/CMakeLists.txt): whatever they wrap counts. A function of another
library that is called and not wrapped needs a reason in tests/fault-sites-exceptions.txt, and so does a site that no test
makes fail. Ends with 1 when a reason is missing or fits nothing.
"""
import itertools
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src"
EXCEPTIONS = ROOT / "tests" / "fault-sites-exceptions.txt"
PROGRAM = ROOT / "build" / "dev" / "src" / "numhost"

CALL = re.compile(r"^\s*([0-9a-f]+):\s+(?:bnd |notrack )*(call|jmp)\s+[0-9a-f]+ <([^>+]+)>")
NEXT = re.compile(r"^\s*([0-9a-f]+):\s")
FUNCTION = re.compile(r"^[0-9a-f]+ <(.+)>:$")


def plain(name):
    """A function as it is written: read for __read_chk@plt, getline for __getdelim."""
    name = re.sub(r"(@.*|\.(part|constprop|cold|isra)\.?[0-9]*)+$", "", name)
    name = re.sub(r"^__wrap_", "", name)
    name = re.sub(r"^__(.+)_chk$", r"\1", name)
    name = re.sub(r"^__isoc(99|23)_", "", name)
    return {"__getdelim": "getline"}.get(name, name)


class Places:
    """Addresses of one program as `file:line:column` below src/; the innermost of what was inlined."""

    def __init__(self, program):
        self.program = str(program)
        self.frames = {}

    def learn(self, addresses):
        unknown = sorted(set(addresses) - set(self.frames))
        output = subprocess.run(["llvm-symbolizer", "--obj=" + self.program, "--inlines", "--functions=linkage"],
                                input="".join(f"{address - 1:#x}\n" for address in unknown), text=True, check=True,
                                capture_output=True).stdout
        for address, answer in zip(unknown, output.split("\n\n")):
            lines = answer.strip().split("\n")
            self.frames[address] = list(zip(lines[0::2], lines[1::2]))

    def site(self, address):
        """Where the call that returns to this address stands."""
        for _, place in self.frames[address]:
            path = Path(place.rsplit(":", 2)[0])
            if path.is_absolute() and path.is_relative_to(SOURCES):
                return str(path.relative_to(SOURCES)) + ":" + ":".join(place.rsplit(":", 2)[1:])
        return None

    def function(self, address):
        """The function as the linker knows it."""
        return self.frames[address][-1][0]


def calls_of(program):
    """[(the address behind it, the function called)], and the functions whose address is taken."""
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", program], text=True, check=True,
                          capture_output=True).stdout
    calls, called = [], None
    for line in text.split("\n"):
        here = NEXT.match(line)
        if called is not None and here:
            calls.append((int(here.group(1), 16), called))
        match = CALL.match(line)
        called = match.group(3) if match and (match.group(2) == "call" or "@plt" in match.group(3)) else None
    return calls


def wrapped_by(program):
    names = subprocess.run(["nm", "--defined-only", program], text=True, check=True, capture_output=True).stdout
    return {plain(name) for name in re.findall(r" (__wrap_\S+)$", names, re.MULTILINE)}


def struck_in(program, record):
    """The sites (place, function) of one test program's record: a line is a way back from a failure."""
    places = Places(program)
    ways = {tuple(int(word, 16) for word in line.split()) for line in record.read_text().splitlines()}
    places.learn([address for way in ways for address in way])
    struck = set()
    for way in ways:
        names = [places.function(address) for address in way]
        first = next((i for i, name in enumerate(names) if name.startswith("__wrap_")), None)
        while first is not None and first + 1 < len(way):
            struck.add((places.site(way[first + 1]), plain(names[first])))
            # memory_new() calls calloc(), and memory_copy_text() both: all of them failed
            behind = itertools.takewhile(lambda i: names[i].startswith(("memory_", "__wrap_memory_")),
                                         range(first + 1, len(way)))
            first = next((i for i in behind if names[i].startswith("__wrap_")), None)
    return struck


def sites_of(program):
    """{(place, function)} of all calls that leave the program, or that the tests could wrap."""
    places = Places(program)
    calls = calls_of(program)
    places.learn([address for address, _ in calls])
    return {(places.site(address), name) for address, name in calls if places.site(address) is not None}


class Exceptions:
    """Lines `FUNCTIONS | FILE | TEXT | REASON`; with * for FILE, of functions that are not wrapped at all."""

    def __init__(self):
        self.functions, self.rows = {}, []
        for row in EXCEPTIONS.read_text().splitlines():
            if not row or row.startswith("#"):
                continue
            names, file, text, reason = (part.strip() for part in row.split(" | "))
            if file == "*":
                self.functions.update({name: reason for name in names.split()})
            else:
                self.rows.append([names.split(), file, text, False])

    def name(self, site, text):
        place, function = site
        for row in self.rows:
            if function in row[0] and place.split(":")[0] == row[1] and row[2] in text:
                row[3] = True
                return True
        return False

    def unused(self):
        return [row for row in self.rows if not row[3]]


def text_of(place):
    file, line, _ = place.split(":")
    return (SOURCES / file).read_text().split("\n")[int(line) - 1]


def order(site):
    file, line, column = site[0].split(":")
    return file, int(line), int(column), site[1]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = Path(sys.argv[2]) if len(sys.argv) > 2 else PROGRAM
    tests = program.resolve().parent.parent / "tests"
    records = sorted(Path(sys.argv[1]).iterdir())
    exceptions = Exceptions()
    wrapped, struck = set(), set()
    for record in records:
        if record.stat().st_mtime < (tests / record.name).stat().st_mtime:
            sys.exit(f"{record}: older than the program; run it again")
        wrapped |= wrapped_by(tests / record.name)
        struck |= struck_in(tests / record.name, record)
    found = sites_of(program)
    wrapped -= set(exceptions.functions)
    sites = {(place, plain(name)) for place, name in found if plain(name) in wrapped}
    others = {plain(name) for _, name in found if "@plt" in name} - wrapped
    troubles = [f"neither wrapped nor named: {name}" for name in sorted(others - set(exceptions.functions))]
    spared = 0
    for site in sorted(sites, key=order):
        named = exceptions.name(site, text_of(site[0]))
        if site in struck:
            continue
        if named:
            spared += 1
        else:
            troubles.append(f"src/{site[0]}: {site[1]} never failed: {text_of(site[0]).strip()}")
    troubles += [f"exception fits no call: {' '.join(row[0])} | {row[1]} | {row[2]}" for row in exceptions.unused()]
    print("\n".join(troubles + [f"{len(sites & struck)} of {len(sites)} call sites failed in {len(records)} programs, "
                                f"{spared} named as exceptions, {len(troubles)} left"]))
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
