"""What the service sees of a program that dies in the middle of a request: a proxy that stands before the sandbox, lets
everything through and, at the N-th request, kills the program.

    lost       the request arrives and never gets further
    arrived    the program is dead before the service has done anything; it is done all the same, a little later
    applied    the service has done it, and nothing of the answer is sent
    half       half of the answer is sent
    complete   all of it is
"""
import socket
import socketserver
import threading
import time

STAGES = ("lost", "arrived", "applied", "half", "complete")
LATE_SECONDS = 0.3  # well within the grace that a look-up gives
MESSAGE_BYTES_MAX = 1 << 20


def read_message(file):
    """(first line, all of its bytes), or None at the end"""
    head = file.readline(65536)
    if not head:
        return None
    first, length = head.decode("latin-1"), 0
    while True:
        line = file.readline(65536)
        head += line
        if line in (b"\r\n", b"\n", b""):
            break
        name, _, value = line.decode("latin-1").partition(":")
        if name.lower() == "content-length":
            length = int(value)
        if name.lower() == "transfer-encoding":
            raise ValueError("the proxy knows no chunked messages")
    if length > MESSAGE_BYTES_MAX:
        raise ValueError(f"a message of {length} bytes")
    return first, head + file.read(length)


class Connection(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            self.carry()
        except (OSError, ValueError) as trouble:
            if not self.server.has_struck:
                self.server.trouble = str(trouble)

    def carry(self):
        asked = self.request.makefile("rb")
        with socket.create_connection(self.server.service, timeout=10) as service:
            answered = service.makefile("rb")
            while (message := read_message(asked)) is not None:
                if not self.carry_one(service, answered, *message):
                    return

    def carry_one(self, service, answered, first, request):
        stage = self.server.stage_of(first)
        if stage in ("lost", "arrived"):
            self.server.strike()
        if stage == "lost":
            return False
        if stage == "arrived":
            time.sleep(LATE_SECONDS)
        service.sendall(request)
        message = read_message(answered)
        if message is None:
            raise ValueError("the service hung up")
        answer = message[1]
        if stage == "half":
            self.request.sendall(answer[:len(answer) // 2])
        if stage in ("applied", "half"):
            self.server.strike()
        if stage in ("arrived", "applied", "half"):
            return False
        self.request.sendall(answer)
        if stage == "complete":
            self.server.strike()
        return stage is None


class Proxy(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, service):
        super().__init__(("127.0.0.1", 0), Connection)
        self.service = service
        self.lock = threading.Lock()
        self.disarm()
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self.server_address[1]

    def arm(self, stage, method, number, kill):
        """At the number-th request of the method (None: any), counted from now, kill() is called."""
        self.disarm()
        self.stage, self.method, self.number, self.kill = stage, method, number, kill

    def disarm(self):
        self.stage, self.method, self.number, self.kill = None, None, 0, None
        self.counts = {None: 0}
        self.has_struck = False
        self.trouble = None

    def stage_of(self, first):
        """Of this request; None: nothing happens at it."""
        method = first.split(" ")[0]
        with self.lock:
            for counted in (None, method):
                self.counts[counted] = self.counts.get(counted, 0) + 1
            hit = (self.stage is not None and self.method in (None, method) and not self.has_struck
                   and self.counts[self.method] == self.number)
            return self.stage if hit else None

    def strike(self):
        self.has_struck = True
        self.kill()

    def close(self):
        self.shutdown()
        self.server_close()
        self.thread.join()
