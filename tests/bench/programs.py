"""The programs under test: started on free ports, ended by their pid."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager, ExitStack

import traffic

KEY = "bench-key-of-this-run"
THREADS = min(os.cpu_count(), 8)  # what moderatod chooses
TICKS = os.sysconf("SC_CLK_TCK")
START_S = 10


def add_usual(parser):
    """What every bench may be told."""
    parser.add_argument("--model", default="models/default", metavar="DIR")
    parser.add_argument(
        "--data",
        default="../shared/data",
        metavar="DIR",
        help="where the corpora are (%(default)s)",
    )
    parser.add_argument("--json", metavar="FILE")


@contextmanager
def place():
    """A folder of this run, and a stack of what is to end with it, whatever
    ends us."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _: sys.exit(128 + got))
    with ExitStack() as stack:
        yield stack.enter_context(
            tempfile.TemporaryDirectory(prefix="bench-", dir="build")
        ), stack


class Program:
    """A running program and, once it has said so, its port."""

    def __init__(self, argv, log, **how):
        self.log = log
        with open(log, "wb") as out:
            self.process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **how,
            )
        self.port = None

    def wait_for(self, find, seconds=START_S):
        """What `find` makes of the log, as soon as that is not None."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            with open(self.log, encoding="utf-8", errors="replace") as log:
                found = find(log.read())
            if found is not None:
                return found
            time.sleep(0.02)
        with open(self.log, encoding="utf-8") as log:
            raise SystemExit(f"{self.process.args[0]} did not start:\n" + log.read())

    def all_of_it(self):
        """Its process and those that it started, which have its session."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(
                    f"/proc/{pid}/stat", encoding="ascii", errors="replace"
                ) as stat:
                    fields = stat.read().rsplit(")", 1)[1].split()
            except OSError:
                continue  # it has ended
            if int(fields[3]) == self.process.pid:
                yield fields

    def cpu_s(self):
        """Seconds of processor time so far, of all processes and threads."""
        return (
            sum(
                sum(map(int, fields[11:15]))  # with those that ended
                for fields in self.all_of_it()
            )
            / TICKS
        )

    def resident_mib(self):
        return (
            sum(int(fields[21]) for fields in self.all_of_it())
            * resource.getpagesize()
            / 2**20
        )

    def pause(self):
        """Stops it: what it does when idle would cost others their time."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def resume(self):
        os.killpg(self.process.pid, signal.SIGCONT)

    def end(self):
        if self.process.poll() is not None:
            return
        self.resume()
        self.process.terminate()
        try:
            self.process.wait(START_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def metrics(server):
    """What a service counts, by name and labels."""
    with urllib.request.urlopen(
        f"http://127.0.0.1:{server.admin_port}/metrics"
    ) as answer:
        told = answer.read().decode()
    return {
        name: float(value)
        for name, value in re.findall(r"^([^# ]\S*) (\S+)$", told, re.M)
    }


def start_bare(folder, threads, answer_bytes, busy_us=0):
    program = Program(
        [
            "build/tests/bench/bare",
            str(threads),
            str(answer_bytes),
            str(round(busy_us)),
        ],
        os.path.join(folder, f"bare-{busy_us:.0f}.log"),
    )
    program.port = program.wait_for(
        lambda log: int(log.split()[0]) if "\n" in log else None
    )
    return program


def start_moderatod(folder, name, threads, model, state):
    program = Program(
        [
            "build/moderatod",
            "--listen",
            "127.0.0.1:0",
            "--listen-admin",
            "127.0.0.1:0",
            "--threads",
            str(threads),
            "--var",
            os.path.join(folder, name),
            "--state",
            state,
            "--model",
            model,
            "--log-format",
            "json",
            # one key, which counts as it would, and authors who never tire
            "--limit-key",
            "10000000",
            "--flood",
            "0",
        ],
        os.path.join(folder, name + ".log"),
        env={**os.environ, "MODERATO_FIRST_KEY": KEY},
    )

    def ports(log):
        for line in log.splitlines():
            if '"listening"' in line:
                told = json.loads(line)
                return told["port"], told["admin_port"]
        return None

    program.port, program.admin_port = program.wait_for(ports)
    return program


def start_redis(stack):
    """A Redis that ends with the stack, and its URI for --state."""
    # the path of a socket must be short
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
    socket = os.path.join(folder, "redis.sock")
    server = os.environ.get("REDIS_SERVER", "tests/redis-server")
    program = Program(
        [
            server,
            "--port",
            "0",
            "--unixsocket",
            socket,
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            folder,
        ],
        os.path.join(folder, "redis.log"),
    )
    stack.callback(program.end)
    program.wait_for(lambda log: os.path.exists(socket) or None)
    return program, "redis+unix:" + socket


def load(port, connections, seconds, first, path, rate=0):
    """One run of load.c over the requests in `path`, as it tells it."""
    done = subprocess.run(
        [
            "build/tests/bench/load",
            str(port),
            str(connections),
            str(seconds),
            str(first),
            path,
            str(rate),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"{path}: {done.stderr}")
    told = json.loads(done.stdout)
    if told["failed"] > 0:
        raise SystemExit(
            f"{path}: {told['failed']} of {told['total']} " "answers were not 200"
        )
    return told


class Supply:
    """Comments for a service to record, in a file in memory: what is sent
    again would be held, and what is on the disk would be synced with the
    service's own."""

    FIRST_PER_S = 40000  # until it is known

    def __init__(self, texts, number=0):
        self.writers = traffic.Writers(texts, number)
        self.file = os.memfd_create("requests")
        self.path = f"/proc/{os.getpid()}/fd/{self.file}"
        self.per_s = 0

    def ready(self, kind, server, connections, seconds, rate=0):
        """Makes as many as can be sent; what sends them, as load does."""
        per_s = rate or 1.25 * self.per_s or self.FIRST_PER_S
        comments = self.writers.comments(round(per_s * seconds))
        traffic.write_requests(self.path, traffic.RECORDED[kind](comments, KEY))

        def send():
            told = load(server.port, connections, seconds, 0, self.path, rate)
            sent = told["total"] * traffic.COMMENTS_IN.get(kind, 1)
            self.per_s = max(self.per_s, sent / seconds)
            return told

        return send


def turn(server, redis, run, comments=1):
    """What `run`, of load, tells while the server goes on; then it is stopped
    again. Its requests are of so many comments each."""
    server.resume()
    before, redis_before = server.cpu_s(), redis.cpu_s()
    told = run()
    server.pause()
    n = told["total"] * comments
    return {
        "comments_per_s": told["per_s"] * comments,
        "p50_us": told["p50_us"],
        "p99_us": told["p99_us"],
        "cpu_us": (server.cpu_s() - before) / n * 1e6,
        "redis_cpu_us": (redis.cpu_s() - redis_before) / n * 1e6,
    }
