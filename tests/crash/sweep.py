#!/usr/bin/env python3
"""Kill the program at an instant, run the same command again, and look at what happened to the world.

One trial: a reference run has counted what `numhost run` (or `import`, or `report all`) does. The program is killed with
SIGKILL on entering the N-th of a system call that touches the disk or the wire (strace), at the N-th SQL commit (before
its first page, before its sync, after it), or at the N-th request as the service sees it (arrived, applied, answer half
sent, answer complete); in a third of the trials once more during the recovery. Then the same command runs to its end
undisturbed. The witness is the ledger of the sandbox, which no death of the program touches; the rest is asked of the
database and the reports.

    tests/crash/sweep.py [--trials 300] [--seed 1] [--jobs 16] [--numhost PROGRAM] [--only run|import|report]
                         [--effect error=EIO]: a system call fails instead, where it touches the disk

Prints a table, keeps the folder of a trial that failed, and ends with "N passed, N failed".
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import shutil
import sqlite3
import sys
import tempfile

import promises
import strikes
from world import Broken, World

ROOT = pathlib.Path(__file__).resolve().parents[2]

Kind = collections.namedtuple("Kind", "words ready after_death end share goes_online")
KINDS = {
    "run": Kind(("run",), promises.ready_run, promises.after_death_run, promises.end_run, 12, True),
    "import": Kind(("import", "batch.csv"), promises.ready_import,
                   promises.after_death_import, promises.end_import, 1, False),
    "import beside": Kind(("import", "batch.csv"), promises.ready_import_beside,
                          promises.after_death_import, promises.end_import, 1, False),
    "report": Kind(("report", "all", "-o", "reports"), promises.ready_report,
                   promises.after_death_report, promises.end_report, 1, False),
}


Trial = collections.namedtuple("Trial", "index kind strikes")


def reference(numhost, folder, kind):
    world = World(numhost, folder)
    try:
        kind.ready(world)
        return strikes.count(world, kind.words, kind.goes_online)
    finally:
        world.close()


def plan(count, seed, effect, counts):
    """The same seed gives the same kinds and ways; N scales with what the reference run counted."""
    random_ = random.Random(seed)
    names = list(counts)
    trials = []
    for index in range(count):
        kind = random_.choices(names, [KINDS[name].share for name in names])[0]
        times = 2 if random_.random() < 1 / 3 else 1
        trials.append(Trial(index, kind, [strikes.draw(random_, counts[kind], effect) for _ in range(times)]))
    return trials


def carry_out(numhost, folder, trial):
    """(trial, which strikes hit, what was broken or None)"""
    kind = KINDS[trial.kind]
    hits, broken = [], None
    world = World(numhost, folder / f"trial-{trial.index}")
    try:
        kind.ready(world)
        for strike in trial.strikes:
            hits.append(strike.hit(world, kind.words))
            kind.after_death(world)
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
        row = table[trial.kind, trial.strikes[0].row]
        row[0] += 1
        row[1] += sum(hits)
        row[2] += len(hits) > 1 and hits[1]
        row[3] += broken is not None
    print(f"{'command':15}{'first struck at':18}{'trials':>7}{'hits':>7}{'in recovery':>13}{'failed':>8}")
    for (kind, where), row in sorted(table.items()):
        print(f"{kind:15}{where:18}{row[0]:7}{row[1]:7}{row[2]:13}{row[3]:8}")
    total = [sum(row[i] for row in table.values()) for i in range(4)]
    print(f"{'all':15}{'':18}{total[0]:7}{total[1]:7}{total[2]:13}{total[3]:8}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=16, help="trials at once; most of a trial is waiting")
    parser.add_argument("--numhost", default=os.environ.get("NUMHOST", ROOT / "build/dev/src/numhost"))
    parser.add_argument("--effect", default=strikes.KILL, help="as strace's inject: error=EIO, error=ENOSPC; %(default)s")
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--trial", type=int, help="this one alone, of the same plan")
    return parser.parse_args()


def main():
    args = arguments()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="numhost-crash-"))
    numhost = pathlib.Path(args.numhost).resolve()
    counts = {name: reference(numhost, folder / f"reference {name}", kind) for name, kind in KINDS.items()
              if args.only in (None, name)}
    for name, count in counts.items():
        print(f"{name} makes {count.commits} commits, {count.requests.get(None, 0)} requests, " +
              ", ".join(f"{call} {times}" for call, times in count.calls.most_common()))
    trials = plan(args.trials, args.seed, args.effect, counts)
    if args.trial is not None:
        trials = [trials[args.trial]]
    results = []
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for result in pool.map(lambda trial: carry_out(numhost, folder, trial), trials):
            results.append(result)
            if result[2]:
                trial = result[0]
                print(f"FAILED trial {trial.index}: {trial.kind}, killed at {', then '.join(map(str, trial.strikes))}: "
                      f"{result[2]}\n       everything is in {folder}/trial-{trial.index}, what was said in `said`",
                      flush=True)
    print_table(results)
    failed = sum(broken is not None for _, _, broken in results)
    if args.effect == strikes.KILL and sum(sum(hits) for _, hits, _ in results) < len(results) * 2 // 3:
        print("FAILED: too few kills hit; does strace work here?")
        failed += 1
    if not failed:
        shutil.rmtree(folder)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
