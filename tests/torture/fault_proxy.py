"""A proxy between a daemon and its Redis, which may be told to misbehave."""

import contextlib
import select
import socket
import struct
import threading

LOOK_S = 0.02  # how soon a link notices that it shall behave otherwise
READ_BYTES = 65536


def command_end(data, at):
    """Where the command (RESP, an array of strings) at `at` ends; 0: not yet."""
    end = data.find(b"\r\n", at)
    left = 0 if end < 0 else int(data[at + 1 : end])
    while end >= 0 and left > 0:
        at, left = end + 2, left - 1
        end = data.find(b"\r\n", at)
        if end >= 0:
            end += 2 + int(data[at + 1 : end])
    return end + 2 if 0 <= end and end + 2 <= len(data) else 0


class Link:
    """A connection of the daemon's, with the one to Redis behind it."""

    def __init__(self, client, server):
        self.client, self.server = client, server
        self.unread = b""  # of a command that is not whole

    def count_commands(self, data):
        """How many commands became whole with `data`."""
        self.unread += data
        n = at = 0
        while end := command_end(self.unread, at):
            n, at = n + 1, end
        self.unread = self.unread[at:]
        return n

    def close(self):
        self.client.close()
        self.server.close()


class Passes:
    """Passes everything on; faults are what does otherwise."""

    def __init__(self):
        self.over = threading.Event()

    def begin(self, link):
        """Once for every link, old and new."""

    def asked(self, link, data):
        link.server.sendall(data)

    def answered(self, link, data):
        link.client.sendall(data)


class Late(Passes):
    """Every answer comes so much later."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds = seconds

    def answered(self, link, data):
        self.over.wait(self.seconds)
        link.client.sendall(data)


class Drips(Passes):
    """Answers come a byte at a time."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds = seconds

    def answered(self, link, data):
        for i in range(len(data)):
            link.client.sendall(data[i : i + 1])
            self.over.wait(self.seconds)


class Cut(Passes):
    """Nothing gets through, either way, and nobody is told."""

    def asked(self, link, data):
        pass

    answered = asked


class Resets(Passes):
    """Connections end with a RST."""

    def begin(self, link):
        at_once = struct.pack("ii", 1, 0)
        link.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        raise ConnectionResetError


class Says(Passes):
    """Answers every command by itself, and always the same."""

    def __init__(self, reply):
        super().__init__()
        self.reply = reply

    def asked(self, link, data):
        link.client.sendall(self.reply * link.count_commands(data))

    def answered(self, link, data):
        pass


class Floods(Passes):
    """Once asked it answers without end, as fast as it is read."""

    def __init__(self, begins, goes_on):
        super().__init__()
        self.begins, self.goes_on = begins, goes_on

    def asked(self, link, data):
        link.client.sendall(self.begins)
        while not self.over.is_set():
            link.client.sendall(self.goes_on)


class FaultProxy:
    """Listens on 127.0.0.1 and passes on to the Unix socket `upstream`."""

    def __init__(self, upstream):
        self.upstream = str(upstream)
        self.fault = Passes()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.uri = f"redis://127.0.0.1:{self.port}"
        self.going = True
        threading.Thread(target=self.accept, daemon=True).start()

    def become(self, fault):
        before, self.fault = self.fault, fault
        before.over.set()

    @contextlib.contextmanager
    def doing(self, fault):
        fault.over.clear()
        self.become(fault)
        try:
            yield
        finally:
            self.become(Passes())

    def dispose(self):
        self.going = False
        self.become(Passes())
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        while self.going:
            with contextlib.suppress(OSError):
                client, _ = self.listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                link = Link(client, socket.socket(socket.AF_UNIX))
                threading.Thread(target=self.serve, args=(link,), daemon=True).start()

    def serve(self, link):
        # a server that is away looks like one that hung up
        with contextlib.suppress(OSError):
            link.server.connect(self.upstream)
            self.pass_on(link)
        link.close()

    def pass_on(self, link):
        begun = None
        while self.going:
            fault = self.fault
            if fault is not begun:
                begun = fault
                fault.begin(link)
            ways = {link.client: fault.asked, link.server: fault.answered}
            for end in select.select(ways, [], [], LOOK_S)[0]:
                data = end.recv(READ_BYTES)
                if not data:
                    return
                ways[end](link, data)
