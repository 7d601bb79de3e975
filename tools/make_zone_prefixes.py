#!/usr/bin/python3
"""Write src/domain/zone_prefixes.c: the time zones of US and Canadian numbers by longest prefix.

Base: the prefix map of libphonenumber (Apache-2.0), read through Debian's python3-phonenumbers, which is needed for
generating only. On top of it CORRECTIONS and OVERLAYS below. Run from the top of the tree:

    /usr/bin/python3 tools/make_zone_prefixes.py > src/domain/zone_prefixes.c
"""

from importlib.metadata import version

from phonenumbers.tzdata import TIMEZONE_DATA

# Countries of their own that share +1; numhost does not host there. The US territories stay in.
OTHER_COUNTRIES = {
    "242", "246", "264", "268", "284", "345", "441", "473", "649", "658", "664", "721", "758", "767", "784", "809",
    "829", "849", "868", "869", "876",
}

# Where the base is wrong or too vague. Area code -> zones, in place of whatever it says for the whole code.
CORRECTIONS = {
    # The Phoenix and Tucson codes: all of it without summer time (the Navajo Nation, which has it, is in 928).
    "480": ["America/Phoenix"],
    "520": ["America/Phoenix"],
    "602": ["America/Phoenix"],
    "623": ["America/Phoenix"],
    # The base takes them for Manitoba; they lie over 416 (Toronto) and 306 (Saskatchewan).
    "437": ["America/Toronto"],
    "474": ["America/Regina"],
    # Its zone for the exchanges it does not list is that of the smaller part.
    "219": ["America/Chicago", "America/New_York"],
    "270": ["America/Chicago", "America/New_York"],
    "423": ["America/Chicago", "America/New_York"],
    # The base has rows for parts of these only.
    "208": ["America/Boise", "America/Los_Angeles"],
    "310": ["America/Los_Angeles"],
    # Yukon, Northwest Territories and Nunavut: four zones under one code.
    "867": ["America/Edmonton", "America/Toronto", "America/Whitehorse", "America/Winnipeg"],
}

# In the rows of this code only: Labrador has Atlantic time with summer time, which Puerto Rico has not; Yukon left
# Pacific time in 2020; the Aleutian Islands have summer time, which Hawaii has not.
RENAMED = {
    "709": {"America/Puerto_Rico": "America/Goose_Bay"},
    "867": {"America/Vancouver": "America/Whitehorse"},
    "907": {"Pacific/Honolulu": "America/Adak"},
}

# Area codes laid over an older one, as the planning letters of the North American Numbering Plan Administrator and of
# the Canadian Numbering Administrator announce them: new code -> the code it shares its area with. It gets every
# zone that any row of that code has, since a new code's exchanges do not follow the old one's.
OVERLAYS = {
    # United States
    "227": "240", "235": "573", "274": "920", "324": "904", "327": "870", "329": "845", "350": "209", "353": "608",
    "363": "516", "364": "270", "369": "707", "436": "440", "448": "850", "457": "318", "458": "541", "471": "662",
    "472": "910", "483": "334", "531": "402", "557": "314", "624": "716", "645": "305", "679": "313", "686": "804",
    "728": "561", "730": "618", "738": "213", "748": "970", "821": "864", "835": "610", "837": "530", "861": "309",
    "930": "812", "975": "816", "983": "303", "986": "208",
    # Canada
    "236": "250", "257": "250", "263": "514", "273": "418", "354": "450", "382": "519", "428": "506", "468": "819",
    "584": "204", "672": "250", "683": "705", "742": "905", "753": "613", "778": "250", "879": "709", "942": "416",
}

# For toll-free and unknown codes. Hawaii is left out: it has one code, known here, and would leave an hour and a half
# of an office day. Zones that agree today are listed apart, because provinces and states change their minds apart.
ANYWHERE = [
    "America/Anchorage", "America/Chicago", "America/Denver", "America/Edmonton", "America/Halifax",
    "America/Los_Angeles", "America/New_York", "America/Phoenix", "America/Regina", "America/St_Johns",
    "America/Toronto", "America/Vancouver", "America/Whitehorse", "America/Winnipeg",
]

PER_LINE = 6


def base_rows():
    rows = {}
    for key, zones in TIMEZONE_DATA.items():
        key = str(key)
        code = key[1:4]
        if not key.startswith("1") or len(code) < 3 or code in OTHER_COUNTRIES:
            continue
        renamed = RENAMED.get(code, {})
        rows[key[1:]] = tuple(sorted({renamed.get(zone, zone) for zone in zones}))
    return rows


def zones_below(rows, code):
    return tuple(sorted({zone for prefix, zones in rows.items() if prefix.startswith(code) for zone in zones}))


def without_repetitions(rows):
    """Leave out what a shorter prefix says already."""
    kept = {}
    for prefix in sorted(rows, key=lambda p: (len(p), p)):
        shorter = next((prefix[:n] for n in range(len(prefix) - 1, 2, -1) if prefix[:n] in kept), None)
        if shorter is None or kept[shorter] != rows[prefix]:
            kept[prefix] = rows[prefix]
    return kept


def all_rows():
    rows = base_rows()
    for code, zones in CORRECTIONS.items():
        rows[code] = tuple(zones)
    below = {new: zones_below(rows, parent) for new, parent in OVERLAYS.items()}
    for new, zones in below.items():
        assert zones, new
        rows = {prefix: old for prefix, old in rows.items() if not prefix.startswith(new)}
        rows[new] = zones
    return without_repetitions(rows)


def main():
    rows = all_rows()
    sets = [tuple(ANYWHERE)] + sorted(set(rows.values()) - {tuple(ANYWHERE)})
    print("/* Generated by tools/make_zone_prefixes.py from phonenumbers " + version("phonenumbers") + ": do not edit.\n *")
    print(" * Prefix data: Copyright 2012 The Libphonenumber Authors, Apache License 2.0\n"
          " * (https://www.apache.org/licenses/LICENSE-2.0), changed as the tool says: US and Canada only, corrected,\n"
          " * newer area codes added, repetitions left out. docs/data.md. */")
    print('#include "domain/zone_prefixes.h"\n')
    print("/* clang-format off */")
    print("const struct zone_set zone_sets[] = {")
    for zones in sets:
        text = "    {{" + ", ".join(f'"{zone}"' for zone in zones) + "}},"
        if len(text) > 100:
            lines = [", ".join(f'"{zone}"' for zone in zones[i:i + 4]) for i in range(0, len(zones), 4)]
            text = "    {{" + ",\n      ".join(lines) + "}},"
        print(text)
    print("};\nconst size_t zone_set_count = COUNT_OF(zone_sets);\n")
    print("const struct zone_prefix zone_prefixes[] = {")
    cells = [f"{{{int(prefix)}, {sets.index(rows[prefix])}}}," for prefix in sorted(rows, key=int)]
    for i in range(0, len(cells), PER_LINE):
        print("    " + " ".join(cells[i:i + PER_LINE]))
    print("};\nconst size_t zone_prefix_count = COUNT_OF(zone_prefixes);")


if __name__ == "__main__":
    main()
