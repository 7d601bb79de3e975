"""Ways for a program to die, each at an instant that a reference run has counted."""
import collections
import pathlib
import re
import signal

import proxy
from world import expect

CALLS = ["pwrite64", "fdatasync", "fsync", "ftruncate", "write", "writev", "openat", "rename", "unlink", "unlinkat",
         "fcntl", "fchmod", "flock", "bind", "listen", "connect", "sendto", "sendmsg", "recvfrom", "recvmsg", "poll",
         "close"]
# The calls that put something into the world get most of the trials of a run; the rest share what is left.
WEIGHTS = {"pwrite64": 6, "fdatasync": 6, "sendto": 5, "recvfrom": 5, "write": 2, "poll": 2, "connect": 2}
KILL = "signal=SIGKILL"
DISK_CALLS = {"pwrite64", "fdatasync", "fsync", "ftruncate"}  # these fail with --effect error=...
GAVE_UP = (1, 6)  # 1: a report that cannot be written
STRACE = ("strace", "-f", "-qq")  # --seccomp-bpf would be faster, but then nothing is injected
COMMIT_STAGES = ("begun", "written", "durable")


def is_killed(status):
    return status in (-signal.SIGKILL, 128 + signal.SIGKILL)


class AtCall(collections.namedtuple("AtCall", "call number effect")):
    """On entering the number-th of a system call; with another effect the call fails instead."""

    def __str__(self):
        return f"{self.call} {self.number}"

    @property
    def row(self):
        return self.call

    def hit(self, world, words):
        """True if the program died or gave up of it; false if it came to its end before, or did without."""
        status, _, err = world.run(*words, wrapper=[
            *STRACE, "-o", "/dev/null", "-e", f"trace={self.call}",
            "-e", f"inject={self.call}:{self.effect}:when={self.number}"])
        if self.effect == KILL:
            return is_killed(status)
        expect(status in (0, 3, *GAVE_UP), f"{self.effect} of {self} ends with {status}: {err}")
        told = any(line.startswith("numhost: ") and line.count(": ") >= 2 for line in err.splitlines())
        expect(status not in GAVE_UP or told, f"{self.effect} of {self} is not told: {err}")
        return status in GAVE_UP


class AtCommit(collections.namedtuple("AtCommit", "stage number")):
    """At the number-th SQL commit; tests/crash/die_at_commit.c"""

    def __str__(self):
        return f"commit {self.number} {self.stage}"

    @property
    def row(self):
        return f"commit {self.stage}"

    def hit(self, world, words):
        library = pathlib.Path(world.numhost).parents[1] / "tests/libdie_at_commit.so"
        expect(library.exists(), f"{library} is not built")
        status, _, _ = world.run(*words, env={"LD_PRELOAD": str(library), "DIE_AT_COMMIT":
                                              f"{self.stage} {self.number}"})
        return is_killed(status)


class AtRequest(collections.namedtuple("AtRequest", "stage method number")):
    """At the number-th request with a method (None: any), as the service sees it; proxy.py"""

    def __str__(self):
        return f"{self.method or 'request'} {self.number} {self.stage}"

    @property
    def row(self):
        return f"request {self.stage}"

    def hit(self, world, words):
        between = world.start_proxy()
        between.arm(self.stage, self.method, self.number, world.kill)
        status, _, _ = world.run(*words)
        expect(between.trouble is None, f"the proxy: {between.trouble}")
        between.disarm()
        return is_killed(status)


Counts = collections.namedtuple("Counts", "calls commits requests")


def count(world, words, goes_online):
    """How often there is something to die at. strace counts calls by thread, so it is the thread that makes most."""
    between = world.start_proxy() if goes_online else None
    status, _, err = world.run(*words, wrapper=[*STRACE, "-y", "-s", "0", "-o", "calls", "-e",
                                                "trace=" + ",".join(CALLS)])
    expect(status in (0, 3), f"the reference run of {' '.join(words)} ends with {status}: {err}")
    by_thread = collections.Counter()
    commits = 0
    for line in open(world.folder / "calls"):
        found = re.match(r"(\d+) +(\w+)\(", line)
        if found:
            by_thread[found.groups()] += 1
            commits += re.search(r"fdatasync\(\d+<[^>]*-wal>|unlink\(", line) is not None
    calls = collections.Counter()
    for (_, call), times in by_thread.items():
        calls[call] = max(calls[call], times)
    return Counts(calls, commits, dict(between.counts) if between else {})


def draw(random_, counts, effect):
    """One way to die; the same counts and chances give the same."""
    ways = ["call"] if effect != KILL else ["call"] * 4 + ["commit"] * (3 if counts.commits else 0) + [
        "request"] * (5 if counts.requests else 0)
    way = random_.choice(ways)
    if way == "commit":
        return AtCommit(random_.choice(COMMIT_STAGES), random_.randint(1, counts.commits))
    if way == "request":
        method = random_.choice(["POST", "POST", None])
        return AtRequest(random_.choice(proxy.STAGES), method, random_.randint(1, counts.requests[method]))
    calls = sorted(call for call in counts.calls if effect == KILL or call in DISK_CALLS)
    call = random_.choices(calls, [WEIGHTS.get(call, 1) for call in calls])[0]
    return AtCall(call, random_.randint(1, counts.calls[call]), effect)
