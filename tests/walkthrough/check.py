#!/usr/bin/env python3
"""Compares what the sandbox saw with what numhost reports, after tests/walkthrough.sh.

    check.py FOLDER

Reads of the folder: stores.csv, mended.csv, ledger.jsonl, orders.jsonl, documents.jsonl, status.json, started_ms (when the
sandbox's clock began), report/ (of `report all`) and numhost.db (its order_count alone). Prints a table and a last line
"N passed, N failed"; ends with 1 when something does not hold."""
import collections
import csv
import datetime
import json
import os
import re
import sqlite3
import sys

AUTOMATIC_ATTEMPTS = 2
SPEED = 10
ON_ITS_WAY_MS = 4000  # what had left when a site was held: api.timeout and a late effect
LIVE = ("twilio-processing", "received", "pending-verification", "verified", "pending-loa", "carrier-processing", "testing",
        "completed", "action-required")


def ms(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


def e164(cell):
    digits = re.sub(r"\D", "", re.sub(r"\.0$", "", cell))
    return "+1" + digits[-10:]


def read_csv(path, delimiter=","):
    """Rows as dictionaries, with the physical line each begins at under ''."""
    rows = []
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        header = next(reader)
        begins = reader.line_num + 1
        for cells in reader:
            if any(cells):
                rows.append({**dict(zip(header, cells)), "": begins})
            begins = reader.line_num + 1
    return rows


class Night:
    def __init__(self, folder):
        def path(name):
            return os.path.join(folder, name)

        def lines(name):
            with open(path(name), encoding="utf-8") as file:
                return [json.loads(line) for line in file]

        self.stores = read_csv(path("stores.csv"))
        self.mended = read_csv(path("mended.csv"), ";")
        self.ledger = lines("ledger.jsonl")
        self.orders = {order["sid"]: order for order in lines("orders.jsonl")}
        self.documents = {document["sid"]: document for document in lines("documents.jsonl")}
        with open(path("status.json"), encoding="utf-8") as file:
            self.status = json.load(file)
        with open(path("started_ms"), encoding="utf-8") as file:
            self.started_ms = int(file.read())
        self.progress = read_csv(path("report/progress.csv"))
        self.history = collections.defaultdict(list)
        for event in read_csv(path("report/history.csv")):
            self.history[event["phone_number"]].append(event)
        base = sqlite3.connect(f"file:{path('numhost.db')}?mode=ro", uri=True)
        self.numbers = {row[0]: row for row in base.execute(
            "SELECT phone_number, coalesce(order_count, 0), coalesce(order_sid, ''), "
            "coalesce(status, 'queued') FROM number LEFT JOIN progress USING (id)")}
        base.close()
        self.effects = collections.defaultdict(list)
        for line in self.ledger:
            self.effects[line["effect"]].append(line)

    def sandbox_ms(self, real_ms):
        return self.started_ms + (real_ms - self.started_ms) * SPEED


def orders_per_number(night):
    made = collections.Counter(line["phone_number"] for line in night.effects["order-created"])
    over = [n for n, count in made.items() if n not in night.numbers or count > night.numbers[n][1]]
    again = sum(1 for count in made.values() if count > 1)
    return over, f"{sum(made.values()):,} orders for {len(made):,} numbers, {again} asked for again by a person"


def one_live_order(night):
    deleted = {line["order_sid"]: line["at_ms"] for line in night.effects["order-deleted"]}
    by_number = collections.defaultdict(list)
    for line in night.effects["order-created"]:
        by_number[line["phone_number"]].append(line)
    bad = []
    for number, lines in by_number.items():
        for first, second in zip(lines, lines[1:]):
            order = night.orders.get(first["order_sid"])
            ended = deleted.get(first["order_sid"])
            if order is not None:
                ended = ms(order["date_updated"]) if order["status"] == "failed" else None
            if ended is None or ended > second["at_ms"]:
                bad.append(number)
        if sum(1 for line in lines if night.orders.get(line["order_sid"], {}).get("status") in LIVE) > 1:
            bad.append(number)
    return bad, f"{len(deleted)} orders deleted, {sum(o['status'] == 'failed' for o in night.orders.values())} failed"


def only_persons_order_again(night):
    made = collections.Counter(line["phone_number"] for line in night.effects["order-created"])
    bad = [n for n, count in made.items()
           if count > 1 + sum(event["event"] == "retried" for event in night.history[n])]
    return bad, f"{sum(count - 1 for count in made.values())} second orders"


def grants(events):
    """How often a person allowed the attempt kept in reserve."""
    count, kept = 0, False
    for event in events:
        if event["event"] == "attention":
            kept = event["text"] == "attempts-kept"
        elif event["event"] == "retried" and kept:
            count, kept = count + 1, False
    return count


def calls_within_budget(night):
    placed = collections.Counter((line["phone_number"], line["order_sid"]) for line in night.effects["call-placed"])
    bad = [n for (n, _), count in placed.items() if count > AUTOMATIC_ATTEMPTS + grants(night.history[n])]
    by_count = collections.Counter(placed.values())
    granted = sum(grants(events) > 0 for events in night.history.values())
    shares = ", ".join(f"{by_count[n]:,} x {n}" for n in sorted(by_count))
    return bad, f"{sum(placed.values()):,} calls: {shares}; {granted} last attempts granted"


def letters(night):
    """Every (order, earlier document line, later document line)."""
    of_order = collections.defaultdict(list)
    for line in night.effects["loa-sent"]:
        for sid in line["order_sids"]:
            of_order[sid].append(line)
    for sid, lines in of_order.items():
        for first, second in zip(lines, lines[1:]):
            yield sid, first, second


def one_letter(night):
    bad, twice = [], 0
    for sid, first, second in letters(night):
        document = night.documents[first["document_sid"]]
        twice += 1
        if document["status"] not in ("canceled", "failed") or ms(document["date_updated"]) > second["at_ms"]:
            bad.append(f"{sid} on {first['document_sid']} ({document['status']}) and {second['document_sid']}")
    sent = night.effects["loa-sent"]
    return bad, f"{sum(len(s['order_sids']) for s in sent):,} orders on {len(sent)} letters, {twice} again after an end"


def one_email(night):
    """No signer has two letters out with the same number on both."""
    number_of = {line["order_sid"]: line["phone_number"] for line in night.effects["order-created"]}
    out = collections.defaultdict(list)
    for line in night.effects["loa-sent"]:
        document = night.documents[line["document_sid"]]
        if document["status"] not in ("canceled", "failed"):
            for sid in line["order_sids"]:
                if sid in night.orders and night.orders[sid]["status"] != "failed":
                    out[(document["email"], number_of[sid])].append(line["document_sid"])
    emails = collections.Counter(night.documents[line["document_sid"]]["email"] for line in night.effects["loa-sent"])
    bad = [f"{email} twice for a number" for (email, _), sids in out.items() if len(sids) > 1]
    return bad, f"{len(emails)} signers, {sum(emails.values())} e-mails, {max(emails.values(), default=0)} at most to one"


def held_site_rests(night):
    held = {n: ms(e["at"]) for n, events in night.history.items() for e in events if e["event"] == "held"}
    free = {n: ms(e["at"]) for n, events in night.history.items() for e in events if e["event"] == "released"}
    bad = []
    for line in night.ledger:
        n = line["phone_number"]
        if n in held and line["operation"] in ("create-order", "start-call", "attach-bill", "update-order"):
            begin = night.sandbox_ms(held[n] + ON_ITS_WAY_MS)
            if begin < line["at_ms"] < night.sandbox_ms(free[n]):
                bad.append(f"{n} {line['operation']}")
    seconds = (max(free.values()) - min(held.values())) / 1000
    return bad if held else ["nothing was held"], f"{len(held)} numbers for {seconds:.0f} s"


def canceled_stay_canceled(night):
    canceled = [n for n, row in night.numbers.items() if row[3] == "canceled"]
    live = {order["phone_number"] for order in night.orders.values() if order["status"] in LIVE}
    return [n for n in canceled if n in live] if canceled else ["nothing was canceled"], f"{len(canceled)} numbers"


def same_as_the_service(night):
    bad = []
    for number, (_, _, sid, status) in night.numbers.items():
        order = night.orders.get(sid)
        if order is not None and status != "canceled" and order["status"] != status:
            bad.append(f"{number}: {status}, the service says {order['status']}")
    return bad, f"{len(night.numbers):,} numbers compared"


def no_order_unknown(night):
    known = {row[2] for row in night.numbers.values()}
    bad = [o["phone_number"] for sid, o in night.orders.items() if o["status"] in LIVE and sid not in known]
    return bad, f"{len(night.orders):,} orders at the service"


def every_line_once(night):
    lines = collections.Counter(int(row["numhost_line"]) for row in night.progress)
    wanted = collections.Counter(row[""] for row in night.stores)
    bad = [f"line {n}: {lines[n]} times, not {wanted[n]}" for n in set(lines) | set(wanted) if lines[n] != wanted[n]]
    return bad, f"{sum(wanted.values()):,} lines of stores.csv, {len(night.progress):,} rows of progress"


def every_mended_once(night):
    taken = collections.Counter(e164(row["Phone Number"]) for row in night.progress if row["numhost_status"] != "rejected")
    refused = collections.Counter(row["Friendly Name"] for row in night.progress if row["numhost_status"] == "rejected")
    bad, merged = [], 0
    for row in night.mended:
        found = taken[e164(row["Phone Number"])]
        merged += found == 1 and not refused[row["Friendly Name"]]
        if found != 1 and not refused[row["Friendly Name"]]:
            bad.append(f"mended line {row['']}: {found} times")
    bad += [f"{n}: {count} rows" for n, count in taken.items() if count > 1]
    return bad, f"{len(night.mended)} lines of mended.csv"


def sums(night):
    s = night.status
    parts = [s[k] for k in ("completed", "in_progress", "needs_attention", "failed", "canceled", "rejected")]
    bad = [] if s["rows"] == sum(parts) == len(night.progress) == len(night.stores) else ["the sum is another"]
    counts = collections.Counter(row["numhost_status"] for row in night.progress)
    for word in ("completed", "failed", "canceled", "rejected"):
        if counts[word] != s[word]:
            bad.append(f"{word}: {counts[word]} in progress, {s[word]} in status")
    return bad, f"{s['rows']:,} = " + " + ".join(f"{n:,}" for n in parts)


def nothing_left(night):
    return [f"{night.status['in_progress']} in progress"] if night.status["in_progress"] else [], \
        f"{night.status['needs_attention']} wait for a person"


def faults_happened(night):
    faults = collections.Counter(line["fault"] for line in night.ledger)
    share = 100 * (1 - faults["none"] / len(night.ledger))
    return [] if share > 15 and len(faults) >= 15 else [str(dict(faults))], \
        f"{share:.1f} % of {len(night.ledger):,} requests, {len(faults) - 1} kinds"


CHECKS = [
    ("the night was bad", faults_happened),
    ("orders created per number: no more than numhost counts", orders_per_number),
    ("a second order only where a person asked", only_persons_order_again),
    ("no number with two live orders, ever", one_live_order),
    ("no live order that numhost does not know", no_order_unknown),
    ("calls per order within the budget", calls_within_budget),
    ("on a second letter only after the first had ended", one_letter),
    ("no signer with two e-mails for the same number", one_email),
    ("a held site rests", held_site_rests),
    ("canceled numbers have no live order", canceled_stay_canceled),
    ("every status is the service's", same_as_the_service),
    ("every line of stores.csv exactly once in the report", every_line_once),
    ("every line of mended.csv exactly once in the report", every_mended_once),
    ("rows = completed + in progress + attention + failed + canceled + rejected", sums),
    ("nothing is left that numhost could do", nothing_left),
]


def main():
    night = Night(sys.argv[1])
    failed = 0
    print("\n| check | measured | |\n|---|---|---|")
    for name, check in CHECKS:
        bad, measured = check(night)
        failed += bool(bad)
        print(f"| {name} | {measured} | {'FAILED' if bad else 'holds'} |")
        for what in bad[:5]:
            print(f"    {what}", file=sys.stderr)
    print(f"\n{len(CHECKS) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
