"""What must hold after each death and at the end, whatever was killed where."""
import collections
import csv
import hashlib
import json
import shutil
import sqlite3

from world import expect, write_batch

NUMBERS = 8
IMPORTED = 300
CALLS_AT_MOST = 2
CALL_AGAIN_AFTER_MS = 4000  # call_takes and call_again_after, and a little less


def check_looks(lines):
    """Before an order or a call is asked for again, the service is asked what became of it."""
    unknown = set()
    for line in lines:
        asked = line["operation"], line["phone_number"]
        if line["operation"] in ("create-order", "start-call"):
            expect(asked not in unknown, f"{line['operation']} for {line['phone_number']} again without a look")
            unknown.add(asked)
        elif line["operation"] in ("list-orders", "fetch-order"):
            unknown = {one for one in unknown if line["phone_number"] not in ("", one[1])}


def check_ledger(lines):
    check_looks(lines)
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
        expect(len(times) <= CALLS_AT_MOST, f"{len(times)} calls for {order}")
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
    calls = collections.Counter(line["order_sid"] for line in world.ledger() if line["effect"] == "call-placed")
    for line in lines:  # in this world a person is needed only where nobody answered
        is_unanswered = line["numhost_waiting_on"] == "you" and calls[line["numhost_order_sid"]] == CALLS_AT_MOST
        expect(line["numhost_status"] == "completed" or is_unanswered,
               f"{line['phone_number']} is {line['numhost_status']}, waits for {line['numhost_waiting_on']} "
               f"({line['numhost_reason']}), and was called {calls[line['numhost_order_sid']]} times")
    orders = {line["numhost_order_sid"] for line in lines}
    known = {line["order_sid"] for line in world.ledger() if line["effect"] == "order-created"}
    expect(orders == known, f"the reports know orders {orders ^ known} otherwise than the service")
    expect(not (world.folder / "numhost.db.sock").exists(), "a socket is left behind")
    check_database(world.folder / "numhost.db")


def ready_run(world):
    world.start_sandbox()
    write_batch(world.folder / "batch.csv", NUMBERS)
    status, _, err = world.run("import", "batch.csv")
    expect(status == 0, f"import ends with {status}: {err}")


def after_death_run(world):
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


def after_death_import(world):
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


def after_death_report(world):
    check_report_files(world, False)


def end_report(world):
    status, _, err = world.run("report", "all", "-o", "reports")
    expect(status == 0, f"the next report ends with {status}: {err}")
    check_report_files(world, True)
