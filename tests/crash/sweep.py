#!/usr/bin/env python3
"""Kill the program at a system call it makes, run the same command again, and look at what happened to the world.

One trial: a reference run has counted how often `numhost run` (or `import`, or `report all`) makes each call that
touches the disk or the wire. strace kills the program with SIGKILL on entering the N-th of them, in a third of the
trials once more during the recovery, and then the same command runs to its end undisturbed. The witness is the
ledger of the sandbox, which no death of the program touches; the rest is asked of the database and the reports.

    tests/crash/sweep.py [--trials 300] [--seed 1] [--jobs 8] [--numhost PROGRAM] [--only run|import|report]
                         [--effect error=EIO]: the call fails instead, where it touches the disk

Prints a table, keeps the folder of a trial that failed, and ends with "N passed, N failed".
"""
import argparse
import collections
import concurrent.futures
import csv
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
CALLS = ["pwrite64", "fdatasync", "fsync", "ftruncate", "write", "writev", "openat", "rename", "unlink", "unlinkat",
         "fcntl", "fchmod", "flock", "bind", "listen", "connect", "sendto", "sendmsg", "recvfrom", "recvmsg", "poll",
         "close"]
# The calls that put something into the world get most of the trials of a run; the rest share what is left.
WEIGHTS = {"pwrite64": 6, "fdatasync": 6, "sendto": 5, "recvfrom": 5, "write": 2, "poll": 2, "connect": 2}
KILL = "signal=SIGKILL"
DISK_CALLS = {"pwrite64", "fdatasync", "fsync", "ftruncate"}  # these fail with --effect error=...
GAVE_UP = (1, 6)  # 1: a report that cannot be written
NUMBERS = 8
IMPORTED = 300
CALL_AGAIN_AFTER_MS = 1000
END_SECONDS = 90
PATIENCE_SECONDS = 20

CONFIG = """\
api: {rate: 200/s, burst: 50, timeout: 2s, reconcile_grace: 1s, patience: 20s}
verification:
  calls: 100/s
  calls_at_once: 50
  calls_at_once_per_site: 50
  call_takes: 1s
  call_again_after: 1s
  windows: {mon-sun: "00:00-24:00"}
loa: {wait_for_stragglers: 1m}
poll: {processing: 1s, verification: 1s, signature: 1s, carrier: 1s}
retry: {base: 50ms, cap: 1s}
"""

SCENARIO = """\
name: fast
latency: 2ms..10ms
processing: {takes: 50ms..300ms}
verification: {answers: 85%, answers_after: 50ms..300ms}
signing: {after: 100ms..500ms}
carrier: {takes: 100ms..500ms, toll_free_takes: 100ms..500ms, testing_takes: 50ms..300ms}
"""


class Broken(Exception):
    """A promise that was not kept, in one sentence."""


def expect(condition, sentence):
    if not condition:
        raise Broken(sentence)


class World:
    """A folder, a database in it and the service beside it."""

    def __init__(self, numhost, folder):
        self.numhost = str(numhost)
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.sandbox = None
        self.said = []
        self.env = {name: value for name, value in os.environ.items()
                    if not name.startswith(("NUMHOST_", "TWILIO_"))}
        self.env.update(HOME=str(self.folder), XDG_CONFIG_HOME=str(self.folder / "config"), TZ="UTC", NO_COLOR="1")
        (self.folder / "numhost.yaml").write_text(CONFIG)
        (self.folder / "scenario.yaml").write_text(SCENARIO)

    def start_sandbox(self):
        port = self.folder / "port"
        self.sandbox = subprocess.Popen(
            [self.numhost, "sandbox", "--listen", "127.0.0.1:0", "--port-file", "port", "--scenario", "scenario.yaml"],
            cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=open(self.folder / "sandbox.log", "w"))
        until = time.monotonic() + PATIENCE_SECONDS
        while not (port.exists() and port.read_text().strip()):
            expect(time.monotonic() < until and self.sandbox.poll() is None, "the sandbox does not start")
            time.sleep(0.02)
        self.url = "http://127.0.0.1:" + port.read_text().strip()
        self.env.update(NUMHOST_API_BASE_URL=self.url, NUMHOST_API_CORE_BASE_URL=self.url)

    def close(self):
        if self.sandbox is not None:
            self.sandbox.kill()
            self.sandbox.wait()

    def run(self, *words, wrapper=(), seconds=END_SECONDS):
        command = [*wrapper, self.numhost, *words]
        process = subprocess.Popen(command, cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            self.note(command, "no end", out, err)
            raise Broken(f"{' '.join(words)} does not end within {seconds} s")
        self.note(command, process.returncode, out, err)
        return process.returncode, out, err

    def note(self, command, status, out, err):
        self.said.append(f"$ {' '.join(command)}\n{out}{err}[{status}]\n")

    def struck_at(self, effect, call, count, *words):
        """True if the program died or gave up of it; false if it came to its end before, or did without."""
        status, _, err = self.run(*words, wrapper=[
            "strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
            "-e", f"inject={call}:{effect}:when={count}"])
        if effect == KILL:
            return status in (-signal.SIGKILL, 128 + signal.SIGKILL)
        expect(status in (0, 3, *GAVE_UP), f"{effect} of {call} {count} ends with {status}: {err}")
        told = any(line.startswith("numhost: ") and line.count(": ") >= 2 for line in err.splitlines())
        expect(status not in GAVE_UP or told, f"{effect} of {call} {count} is not told: {err}")
        return status in GAVE_UP

    def ledger(self):
        with urllib.request.urlopen(self.url + "/_sandbox/ledger", timeout=10) as answer:
            lines = [json.loads(line) for line in answer.read().decode().splitlines()]
        return [line for line in lines if line["effect"] != "none"]


def write_batch(path, count, first=8200, bad_rows=0):
    with open(path, "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["phone_number", "email", "address_sid", "contact_title", "contact_phone_number", "site"])
        for i in range(count):
            rows.writerow([f"+1415{360 + (first + i) // 10000}{(first + i) % 10000:04d}", f"signer{i % 3}@example.com",
                           f"AD{i % 3:032d}", "Manager", "+14155550180", f"site {i % 4}"])
        for _ in range(bad_rows):
            rows.writerow(["12", "signer0@example.com", "", "", "", ""])


# What must hold


def check_ledger(lines):
    orders, calls, documents = collections.Counter(), collections.defaultdict(list), collections.Counter()
    for line in lines:
        if line["effect"] == "order-created":
            orders[line["phone_number"]] += 1
        elif line["effect"] == "call-placed":
            calls[line["order_sid"]].append(line["at_ms"])
        elif line["effect"] == "loa-sent":
            documents.update(line["order_sids"])
    for number, count in orders.items():
        expect(count == 1, f"{count} orders for {number}")
    for order, times in calls.items():
        expect(len(times) <= 2, f"{len(times)} calls for {order}")
        apart = [later - earlier for earlier, later in zip(times, times[1:])]
        expect(all(gap >= CALL_AGAIN_AFTER_MS for gap in apart), f"{order} called again after {apart} ms")
    for order, count in documents.items():
        expect(count == 1, f"{order} on {count} LOAs that were sent")
    return len(orders)


def check_database(path):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        found = db.execute("PRAGMA integrity_check").fetchone()[0]
        dangling = db.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        db.close()
    expect(found == "ok", f"integrity check: {found}")
    expect(not dangling, f"foreign keys: {dangling[:3]}")


def check_copy_of_database(world):
    """As the dead program left it, with its log; the original is the next run's to repair."""
    copy = world.folder / "copy"
    copy.mkdir(exist_ok=True)
    for name in ("numhost.db", "numhost.db-wal", "numhost.db-journal"):
        (copy / name).unlink(missing_ok=True)
        if (world.folder / name).exists():
            shutil.copy(world.folder / name, copy / name)
    if (copy / "numhost.db").exists():
        db = sqlite3.connect(copy / "numhost.db") # may write: a journal has to be played back first
        found = db.execute("PRAGMA integrity_check").fetchone()[0]
        db.close()
        expect(found == "ok", f"integrity check after the kill: {found}")


def check_accounting(world, rows, rejected=0):
    status, out, err = world.run("status", "--json")
    expect(status == 0, f"status ends with {status}: {err}")
    told = json.loads(out)
    parts = ("completed", "in_progress", "needs_attention", "failed", "canceled", "rejected")
    expect(told["rows"] == rows + rejected == sum(told[part] for part in parts), f"status does not add up: {told}")
    status, out, err = world.run("report", "progress")
    expect(status == 0, f"report progress ends with {status}: {err}")
    lines = list(csv.DictReader(out.splitlines()))
    expect(len(lines) == rows + rejected, f"{len(lines)} rows reported of {rows + rejected}")
    numbers = {line["phone_number"] for line in lines if line["numhost_status"] != "rejected"}
    expect(len(numbers) == rows, f"{len(numbers)} numbers reported of {rows}")
    return lines


def check_end(world):
    expect(check_ledger(world.ledger()) == NUMBERS, "a number without an order")
    lines = check_accounting(world, NUMBERS)
    for line in lines:
        expect(line["numhost_status"] == "completed" or line["numhost_waiting_on"] == "you",
               f"{line['phone_number']} is {line['numhost_status']} and waits for {line['numhost_waiting_on']}")
    orders = {line["numhost_order_sid"] for line in lines}
    known = {line["order_sid"] for line in world.ledger() if line["effect"] == "order-created"}
    expect(orders == known, f"the reports know orders {orders ^ known} otherwise than the service")
    expect(not (world.folder / "numhost.db.sock").exists(), "a socket is left behind")
    check_database(world.folder / "numhost.db")


# The three commands


def ready_run(world):
    world.start_sandbox()
    write_batch(world.folder / "batch.csv", NUMBERS)
    status, _, err = world.run("import", "batch.csv")
    expect(status == 0, f"import ends with {status}: {err}")


def after_kill_run(world):
    check_copy_of_database(world)
    check_ledger(world.ledger())
    status, _, err = world.run("status")
    expect(status == 0, f"status after a kill ends with {status}: {err}")


def end_run(world):
    status, _, err = world.run("run")
    expect(status in (0, 3), f"the next run ends with {status}: {err}")
    check_end(world)


def ready_import(world):
    world.earlier = 0
    write_batch(world.folder / "batch.csv", IMPORTED, first=20000, bad_rows=1)


def ready_import_beside(world):
    """There is a batch already, so that the import goes through the write-ahead log."""
    ready_import(world)
    write_batch(world.folder / "earlier.csv", NUMBERS)
    status, _, err = world.run("import", "earlier.csv")
    expect(status == 0, f"import ends with {status}: {err}")
    world.earlier = NUMBERS


def after_kill_import(world):
    """All of it or nothing, for a reader too."""
    check_copy_of_database(world)
    rejects = world.folder / "batch.rejects.csv"
    if rejects.exists():
        expect(len(list(csv.DictReader(rejects.read_text().splitlines()))) == 1, "half a rejects file")
    status, out, err = world.run("status", "--json")
    if status == 0:
        rows = json.loads(out)["rows"]
        expect(rows in (world.earlier, world.earlier + IMPORTED + 1), f"{rows} rows after a kill in the import")
    else:
        expect(world.earlier == 0 and status == 6 and "import" in out,
               f"status after a kill ends with {status}: {out}{err}")


def end_import(world):
    status, _, err = world.run("import", "batch.csv")
    expect(status in (0, 3), f"the next import ends with {status}: {err}")
    check_accounting(world, world.earlier + IMPORTED, rejected=1)
    check_database(world.folder / "numhost.db")
    status, _, _ = world.run("import", "batch.csv")
    check_accounting(world, world.earlier + IMPORTED, rejected=1)


def ready_report(world):
    ready_import(world)
    status, _, err = world.run("import", "batch.csv")
    expect(status in (0, 3), f"import ends with {status}: {err}")


def check_report_files(world, complete):
    """Under its final name a file is whole or not there; a manifest vouches for everything it names."""
    folder = world.folder / "reports"
    names = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    whole = [name for name in names if ".part-" not in name]
    for name in whole:
        text = (folder / name).read_text()
        expect(text.endswith("\n"), f"{name} ends in the middle of a line")
        if name == "progress.csv":
            rows = len(list(csv.DictReader(text.splitlines())))
            expect(rows == IMPORTED + 1, f"progress.csv has {rows} rows of {IMPORTED + 1}")
        if name == "report.html":
            expect("</html>" in text, "half a report.html")
        if name == "manifest.json":
            for file in json.loads(text)["files"]:
                sum = hashlib.sha256((folder / file["name"]).read_bytes()).hexdigest()
                expect(sum == file["sha256"], f"the manifest does not fit {file['name']}")
    expect(not complete or {"progress.csv", "manifest.json", "report.html"} <= set(whole), f"only {whole} written")


def after_kill_report(world):
    check_report_files(world, False)


def end_report(world):
    status, _, err = world.run("report", "all", "-o", "reports")
    expect(status == 0, f"the next report ends with {status}: {err}")
    check_report_files(world, True)


Kind = collections.namedtuple("Kind", "words ready after_kill end share")
KINDS = {
    "run": Kind(("run",), ready_run, after_kill_run, end_run, 8),
    "import": Kind(("import", "batch.csv"), ready_import, after_kill_import, end_import, 1),
    "import beside": Kind(("import", "batch.csv"), ready_import_beside, after_kill_import, end_import, 1),
    "report": Kind(("report", "all", "-o", "reports"), ready_report, after_kill_report, end_report, 1),
}


def reference(numhost, folder, kind):
    """How often each call is made by the thread that makes it most: strace counts by thread."""
    world = World(numhost, folder)
    try:
        kind.ready(world)
        status, _, err = world.run(*kind.words, wrapper=["strace", "-f", "-qq", "-s", "0", "-o", "calls",
                                                         "-e", "trace=" + ",".join(CALLS)])
        expect(status in (0, 3), f"the reference run of {' '.join(kind.words)} ends with {status}: {err}")
    finally:
        world.close()
    by_thread = collections.Counter()
    for line in open(world.folder / "calls"):
        found = re.match(r"(\d+) +(\w+)\(", line)
        if found:
            by_thread[found.groups()] += 1
    counts = collections.Counter()
    for (_, call), count in by_thread.items():
        counts[call] = max(counts[call], count)
    return counts


Trial = collections.namedtuple("Trial", "index kind effect kills")


def plan(count, seed, effect, counts):
    """The same seed gives the same kinds and calls; N scales with what the reference run counted."""
    random_ = random.Random(seed)
    names = list(counts)
    trials = []
    for index in range(count):
        kind = random_.choices(names, [KINDS[name].share for name in names])[0]
        calls = sorted(call for call in counts[kind] if effect == KILL or call in DISK_CALLS)
        kills = []
        for _ in range(2 if random_.random() < 1 / 3 else 1):
            call = random_.choices(calls, [WEIGHTS.get(call, 1) for call in calls])[0]
            kills.append((call, random_.randint(1, counts[kind][call])))
        trials.append(Trial(index, kind, effect, kills))
    return trials


def carry_out(numhost, folder, trial):
    """(trial, how many kills hit, what was broken or None)"""
    kind = KINDS[trial.kind]
    hits, broken = [], None
    world = World(numhost, folder / f"trial-{trial.index}")
    try:
        kind.ready(world)
        for call, count in trial.kills:
            hits.append(world.struck_at(trial.effect, call, count, *kind.words))
            kind.after_kill(world)
        kind.end(world)
    except (Broken, OSError, ValueError, KeyError, sqlite3.Error) as trouble:
        broken = f"{type(trouble).__name__}: {trouble}"
    finally:
        world.close()
    if broken:
        (world.folder / "said").write_text("\n".join(world.said))
    else:
        shutil.rmtree(world.folder)
    return trial, hits, broken


def print_table(results):
    table = collections.defaultdict(lambda: [0, 0, 0, 0])
    for trial, hits, broken in results:
        row = table[trial.kind, trial.kills[0][0]]
        row[0] += 1
        row[1] += sum(hits)
        row[2] += len(hits) > 1 and hits[1]
        row[3] += broken is not None
    print(f"{'command':15}{'first struck at':18}{'trials':>7}{'hits':>7}{'in recovery':>13}{'failed':>8}")
    for (kind, call), row in sorted(table.items()):
        print(f"{kind:15}{call:18}{row[0]:7}{row[1]:7}{row[2]:13}{row[3]:8}")
    total = [sum(row[i] for row in table.values()) for i in range(4)]
    print(f"{'all':15}{'':18}{total[0]:7}{total[1]:7}{total[2]:13}{total[3]:8}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=8, help="trials at once; most of a trial is waiting")
    parser.add_argument("--numhost", default=os.environ.get("NUMHOST", ROOT / "build/dev/src/numhost"))
    parser.add_argument("--effect", default=KILL, help="as strace's inject: error=EIO, error=ENOSPC; %(default)s")
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--trial", type=int, help="this one alone, of the same plan")
    return parser.parse_args()


def main():
    args = arguments()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="numhost-crash-"))
    numhost = pathlib.Path(args.numhost).resolve()
    counts = {name: reference(numhost, folder / f"reference {name}", kind) for name, kind in KINDS.items()
              if args.only in (None, name)}
    for name, calls in counts.items():
        print(f"{name} makes: " + ", ".join(f"{call} {count}" for call, count in calls.most_common()))
    trials = plan(args.trials, args.seed, args.effect, counts)
    if args.trial is not None:
        trials = [trials[args.trial]]
    results = []
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for result in pool.map(lambda trial: carry_out(numhost, folder, trial), trials):
            results.append(result)
            if result[2]:
                kills = ", then ".join(f"{call} {count}" for call, count in result[0].kills)
                print(f"FAILED trial {result[0].index}: {result[0].kind}, killed at {kills}: {result[2]}\n"
                      f"       everything is in {folder}/trial-{result[0].index}, what was said in `said`", flush=True)
    print_table(results)
    failed = sum(broken is not None for _, _, broken in results)
    if args.effect == KILL and sum(sum(hits) for _, hits, _ in results) < len(results) * 2 // 3:
        print("FAILED: too few kills hit; does strace work here?")
        failed += 1
    if not failed:
        shutil.rmtree(folder)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
