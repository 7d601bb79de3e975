"""A folder, a database in it, and the service beside it."""
import csv
import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.request

from proxy import Proxy

END_SECONDS = 90
PATIENCE_SECONDS = 20

CONFIG = """\
api: {rate: 200/s, burst: 50, timeout: 2s, reconcile_grace: 1s, patience: 20s}
verification:
  calls: 100/s
  calls_at_once: 50
  calls_at_once_per_site: 50
  call_takes: 4s
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
verification: {answers: 93%, answers_after: 50ms..300ms}
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
        self.proxy = None
        self.process = None
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

    def start_proxy(self):
        """From now on requests go through it."""
        if self.proxy is None:
            host, _, port = self.url.removeprefix("http://").partition(":")
            self.proxy = Proxy((host, int(port)))
            self.env.update(NUMHOST_API_BASE_URL=self.proxy.url, NUMHOST_API_CORE_BASE_URL=self.proxy.url)
        return self.proxy

    def close(self):
        if self.proxy is not None:
            self.proxy.close()
        if self.sandbox is not None:
            self.sandbox.kill()
            self.sandbox.wait()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)

    def run(self, *words, wrapper=(), env=None, seconds=END_SECONDS):
        """(exit status, stdout, stderr) of numhost"""
        command = [*wrapper, self.numhost, *words]
        process = subprocess.Popen(command, cwd=self.folder, env={**self.env, **(env or {})},
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   start_new_session=True)
        self.process = process
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

    def ledger(self):
        with urllib.request.urlopen(self.url + "/_sandbox/ledger", timeout=10) as answer:
            return [json.loads(line) for line in answer.read().decode().splitlines()]


def write_batch(path, count, first=8200, bad_rows=0):
    with open(path, "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["phone_number", "email", "address_sid", "contact_title", "contact_phone_number", "site"])
        for i in range(count):
            rows.writerow([f"+1415{360 + (first + i) // 10000}{(first + i) % 10000:04d}", f"signer{i % 3}@example.com",
                           f"AD{i % 3:032d}", "Manager", "+14155550180", f"site {i % 4}"])
        for _ in range(bad_rows):
            rows.writerow(["12", "signer0@example.com", "", "", "", ""])
