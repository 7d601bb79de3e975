#!/usr/bin/env python3
"""Write zone_offsets.csv beside this file: UTC offsets as Python's zoneinfo sees them, from the same tz files
(zoneinfo/, tzdata 2025b, public domain) that the tests read."""

import datetime
import pathlib
import random
import zoneinfo

HERE = pathlib.Path(__file__).resolve().parent
RANDOM_PER_ZONE = 40
NEAR_CHANGES = 8
UTC = datetime.timezone.utc


def offset_s(zone, at_s):
    at = datetime.datetime.fromtimestamp(0, UTC) + datetime.timedelta(seconds=at_s)
    return int(at.astimezone(zone).utcoffset().total_seconds())


def changes(zone, from_s, until_s, step_s=6 * 3600):
    """First second of every new offset."""
    for start in range(from_s, until_s, step_s):
        low, high = start, start + step_s
        if offset_s(zone, low) == offset_s(zone, high):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset_s(zone, middle) == offset_s(zone, low) else (low, middle)
        yield high


def main():
    zoneinfo.reset_tzpath(to=[str(HERE / "zoneinfo")])
    chance = random.Random(20261123)
    with open(HERE / "zone_offsets.csv", "w", encoding="ascii", newline="\n") as out:
        out.write("zone,at_s,offset_s\n")
        for path in sorted((HERE / "zoneinfo").rglob("*/*")):
            name = str(path.relative_to(HERE / "zoneinfo"))
            zone = zoneinfo.ZoneInfo(name)
            instants = {chance.randrange(-2_500_000_000, 4_500_000_000) for _ in range(RANDOM_PER_ZONE)}
            for year in (2026, 2055):
                first = int(datetime.datetime(year, 1, 1, tzinfo=UTC).timestamp())
                for at_s in list(changes(zone, first, first + 366 * 86400))[:NEAR_CHANGES]:
                    instants |= {at_s - 1, at_s}
            for at_s in sorted(instants):
                out.write(f"{name},{at_s},{offset_s(zone, at_s)}\n")


if __name__ == "__main__":
    main()
