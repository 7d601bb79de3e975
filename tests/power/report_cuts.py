#!/usr/bin/env python3
"""Cut the power while the program writes report files, and look under their final names.

strace records what the real program does to the files of a folder: what it writes, syncs, renames and removes. A cut picks
a place in that record and makes what somebody might find: of each file what was synced and, of what was written since,
any part by sectors; of the names those that were sure when their folder was synced last and, of later changes to a name,
the first ones. Whatever is there under a final name must be whole: as it was before, or as it is at the end.

    tests/power/report_cuts.py [--cuts 500] [--seed 1] [--numhost PROGRAM]
        CUTS of each of: `report all` into a new folder and over an older one, `report progress -o`, the rejects of `import`

Prints a table and ends with "N passed, N failed".
"""
import argparse
import os
import pathlib
import random
import re
import shutil
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/crash"))
import promises  # noqa: E402
from world import Broken, World, expect  # noqa: E402

SECTOR_BYTES = (512, 4096)
CHANCES = (0, 0.1, 0.5, 0.9, 1)
TRACED = "trace=openat,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat"


# The record: ("write", file, offset, bytes), ("sync", file), ("name", name, file or None), ("folder",)


def unescape(text):
    return bytes.fromhex(text.replace("\\x", ""))


class Recorder:
    """Reads strace's lines about one folder. A file is a number; names are relative to the folder."""

    def __init__(self, folder):
        self.folder = str(folder)
        self.before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        self.contents = list(self.before.values())
        self.names = {name: number for number, name in enumerate(self.before)}
        self.operations = []

    def name_of(self, path):
        inside = os.path.dirname(path) == self.folder and not re.match(r"numhost\.db|calls$|port$|.*\.log$",
                                                                       os.path.basename(path))
        return os.path.basename(path) if inside else None

    def read(self, trace, base):
        for line in trace.read_text().splitlines():
            expect("unfinished" not in line and "resumed" not in line, f"a thread of its own: {line[:100]}")
            found = re.match(r"(\w+)\((.*)\) += (-?\d+)", line)
            if found and int(found[3]) >= 0:
                paths = [unescape(one).decode() for one in re.findall(r"<((?:\\x[0-9a-f]{2})*)>", found[2])]
                quoted = [unescape(one) for one in re.findall(r'"((?:\\x[0-9a-f]{2})*)"', found[2])]
                self.take(found[1], found[2], paths, quoted, base)

    def take(self, call, arguments, paths, quoted, base):
        if call in ("openat", "rename", "renameat", "renameat2", "unlink", "unlinkat"):
            names = [self.name_of(os.path.normpath(os.path.join(base, one.decode()))) for one in quoted]
            self.take_names(call, arguments, names)
        elif call in ("fsync", "fdatasync") and paths and paths[0] == self.folder:
            self.operations.append(("folder",))
        elif paths and self.name_of(paths[0]) is not None:
            file = self.names[self.name_of(paths[0])]
            expect(call in ("write", "fsync", "fdatasync"), f"{call} of a report is not known here")
            if call == "write":
                self.operations.append(("write", file, len(self.contents[file]), quoted[0]))
                self.contents[file] += quoted[0]
            else:
                self.operations.append(("sync", file))

    def take_names(self, call, arguments, names):
        if call == "openat" and names[0] is not None:
            if "O_CREAT" in arguments and names[0] not in self.names:
                self.contents.append(b"")
                self.change(names[0], len(self.contents) - 1)
            expect("O_TRUNC" not in arguments, f"{names[0]} is cut off in place")
        elif call.startswith("rename") and names[1] is not None:
            self.change(names[1], self.names[names[0]])
            self.change(names[0], None)
        elif call.startswith("unlink") and names[0] is not None:
            self.change(names[0], None)

    def change(self, name, file):
        self.operations.append(("name", name, file))
        self.names.pop(name, None)
        if file is not None:
            self.names[name] = file


# The cut


def scatter(content, offset, data, kept, sector, random_):
    """Of a write that was not synced, some sectors, some of them torn."""
    at = 0
    while at < len(data):
        count = min(sector - (offset + at) % sector, len(data) - at)
        piece = data[at:at + count]
        if random_.random() < kept:
            if random_.random() < 1 / 16:
                piece = piece[:random_.randint(0, count)]
            content.extend(bytes(max(0, offset + at - len(content))))
            content[offset + at:offset + at + len(piece)] = piece
        at += count


def cut(recorder, until, random_):
    """{name: content} that is found when the power went after so many operations"""
    operations = recorder.operations[:until]
    last_sync = {}
    last_folder = -1
    for index, operation in enumerate(operations):
        if operation[0] == "sync":
            last_sync[operation[1]] = index
        if operation[0] == "folder":
            last_folder = index
    files = {number: bytearray(content) for number, content in enumerate(recorder.before.values())}
    names = {name: number for number, name in enumerate(recorder.before)}
    kept, kept_names, sector = random_.choice(CHANCES), random_.choice(CHANCES), random_.choice(SECTOR_BYTES)
    lost = set()
    for index, operation in enumerate(operations):
        if operation[0] == "write":
            _, file, offset, data = operation
            is_safe = index < last_sync.get(file, -1)
            scatter(files.setdefault(file, bytearray()), offset, data, 1 if is_safe else kept, sector,
                    Sure if is_safe else random_)
        elif operation[0] == "name":
            _, name, file = operation
            if index > last_folder and random_.random() >= kept_names:
                lost.add(name)
            if name not in lost:
                names.pop(name, None)
                if file is not None:
                    names[name] = file
    return {name: bytes(files.get(file, b"")) for name, file in names.items()}


class Sure:
    """In place of chance: nothing is lost or torn."""

    @staticmethod
    def random():
        return 0.99


# What is written


def ready_again(world):
    promises.ready_report(world)
    (world.folder / "again.csv").write_text("phone_number\n+14155550123\n")
    for words in (("report", "all", "-o", "reports"), ("report", "progress", "-o", "reports/one.csv"),
                  ("import", "again.csv")):
        status, _, err = world.run(*words)
        expect(status == 0, f"{' '.join(words)} ends with {status}: {err}")


WORKS = {
    "report all": (promises.ready_report, ("report", "all", "-o", "reports"), "reports"),
    "report all, again": (ready_again, ("report", "all", "-o", "reports"), "reports"),
    "report progress -o": (ready_again, ("report", "progress", "-o", "reports/one.csv"), "reports"),
    "import": (promises.ready_import, ("import", "batch.csv"), "."),
}


def record(world, ready, words, folder):
    ready(world)
    place = (world.folder / folder).resolve()
    place.mkdir(exist_ok=True)
    recorder = Recorder(place)
    # Threads other than the first are not traced: what they wrote to a report would show in the comparison below.
    status, _, err = world.run(*words, wrapper=["strace", "-qq", "-y", "-xx", "-s", "1000000", "-o", "trace.log", "-e", TRACED])
    expect(status in (0, 3), f"{' '.join(words)} ends with {status}: {err}")
    recorder.read(world.folder / "trace.log", str(world.folder.resolve()))
    return recorder, place


def check(found, recorder, last):
    for name, content in found.items():
        if name in last:  # the others are names that a file has until it is whole
            expect(content in (last[name], recorder.before.get(name, last[name])),
                   f"{name} is half: {len(content)} bytes, not {len(last[name])}")


def cut_often(recorder, place, count, random_):
    """(how many were whole, what was wrong with the others)"""
    last = {name: recorder.contents[file] for name, file in recorder.names.items()}
    expect(any(operation[0] == "write" for operation in recorder.operations), "nothing was recorded")
    for name, content in last.items():
        expect((place / name).read_bytes() == content, f"the record of {name} is not what happened")
    troubles = []
    for _ in range(count):
        until = random_.randint(0, len(recorder.operations))
        try:
            check(cut(recorder, until, random_), recorder, last)
        except Broken as trouble:
            troubles.append(f"after operation {until}: {trouble}")
    whole = count - len(troubles)
    if any(cut(recorder, len(recorder.operations), random_) != last for _ in range(50)):
        troubles.append("a cut afterwards loses what was acknowledged")
    return whole, troubles


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--numhost", default=os.environ.get("NUMHOST", ROOT / "build/dev/src/numhost"))
    args = parser.parse_args()
    random_ = random.Random(args.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="numhost-power-"))
    passed, failed = 0, 0
    for what, (ready, words, place) in WORKS.items():
        world = World(pathlib.Path(args.numhost).resolve(), folder / what.replace(" ", "-"))
        try:
            recorder, place = record(world, ready, words, place)
            whole, troubles = cut_often(recorder, place, args.cuts, random_)
            print(f"{what:20} {len(recorder.operations):5} operations, {args.cuts} cuts, {args.cuts - whole} with half a file")
        except Broken as trouble:
            whole, troubles = 0, [str(trouble)]
        passed, failed = passed + whole, failed + len(troubles)
        for trouble in troubles[:3]:
            print(f"FAILED {what}: {trouble}")
    shutil.rmtree(folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
