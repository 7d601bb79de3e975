#!/usr/bin/env python3
"""outage_ratio.py LEDGER BEGIN DOWN RATE: requests/s before, during and after the outage that began BEGIN seconds after the
first request and lasted DOWN seconds. Ends with 1 when a goal is missed."""
import collections
import json
import sys

RATIO_MAX = 1.1
STUMBLES = 30  # seconds of 503 after it is back
STEADY = 310  # seconds into the outage from which on a probe goes every PROBE_S
PROBE_S = 15


def main():
    begin, down, rate = (int(word) for word in sys.argv[2:5])
    with open(sys.argv[1], encoding="utf-8") as file:
        at = [json.loads(line)["at_ms"] for line in file]
    at = [(ms - at[0]) / 1000 for ms in at]
    per_second = collections.Counter(int(t) for t in at)
    before = [per_second[s] for s in range(5, begin)]
    normal = sum(before) / len(before)
    outage = [t for t in at if begin <= t < begin + down]
    first_minute = [t for t in outage if t < begin + 60]
    steady = [t for t in outage if t >= begin + STEADY]
    gaps = [b - a for a, b in zip(steady, steady[1:])]
    back = range(begin + down, begin + down + STUMBLES)
    later = range(begin + down + STUMBLES + PROBE_S, int(at[-1]))
    print(f"before        {normal:7.2f} requests/s, {max(before)} at most in a second")
    print(f"down          {len(outage) / down:7.2f} requests/s = {len(outage) / down / normal:.3f} of that; "
          f"{max(per_second[int(t)] for t in outage)} at most in a second")
    print(f"  first 60 s  {len(first_minute):7d} requests")
    print(f"  60 to 300 s {len([t for t in outage if begin + 60 <= t < begin + 300]):7d} probes")
    if gaps:
        print(f"  then        {len(gaps) + 1:7d} probes, {min(gaps):.1f} .. {max(gaps):.1f} s apart")
    print(f"back, 60 % 503{sum(per_second[s] for s in back) / len(back):8.2f} requests/s, "
          f"{max(per_second[s] for s in back)} at most in a second")
    print(f"well again    {sum(per_second[s] for s in later) / max(1, len(later)):7.2f} requests/s, "
          f"{max((per_second[s] for s in later), default=0)} at most in a second")
    after = [t for t in at if t >= begin + down]
    to_work = next((t for t, u in zip(after, after[5:]) if u - t < 1), at[-1]) - begin - down
    print(f"back to work  {to_work:7.1f} s after it was back")
    busiest = max(per_second[s] for s in range(begin, int(at[-1])))
    missed = len(outage) / down > RATIO_MAX * normal or busiest > RATIO_MAX * (rate + 20)
    missed |= not later or sum(per_second[s] for s in later) / len(later) < 0.9 * normal
    missed |= min(gaps, default=PROBE_S) < PROBE_S - 0.5
    print("missed" if missed else "goals met")
    sys.exit(missed)


if __name__ == "__main__":
    main()
