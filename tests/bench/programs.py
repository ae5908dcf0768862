"""The programs under test: started on free ports, ended by their pid."""

import json
import os
import resource
import signal
import subprocess
import time

KEY = "bench-key-of-this-run"
TICKS = os.sysconf("SC_CLK_TCK")
START_S = 10


class Program:
    """A running program and, once it has said so, its port."""

    def __init__(self, argv, log, **how):
        self.log = log
        with open(log, "wb") as out:
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, start_new_session=True, **how)
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
            raise SystemExit(f"{self.process.args[0]} did not start:\n"
                             + log.read())

    def all_of_it(self):
        """Its process and those that it started, which have its session."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat", encoding="ascii",
                          errors="replace") as stat:
                    fields = stat.read().rsplit(")", 1)[1].split()
            except OSError:
                continue  # it has ended
            if int(fields[3]) == self.process.pid:
                yield fields

    def cpu_s(self):
        """Seconds of processor time so far, of all processes and threads."""
        return sum(sum(map(int, fields[11:15]))  # with those that ended
                   for fields in self.all_of_it()) / TICKS

    def resident_mib(self):
        return sum(int(fields[21]) for fields in self.all_of_it()
                   ) * resource.getpagesize() / 2 ** 20

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


def start_bare(folder, threads, answer_bytes):
    program = Program(
        ["build/tests/bench/bare", str(threads), str(answer_bytes)],
        os.path.join(folder, f"bare-{answer_bytes}.log"))
    program.port = program.wait_for(
        lambda log: int(log.split()[0]) if "\n" in log else None)
    return program


def start_moderatod(folder, name, threads, model, state):
    program = Program(
        ["build/moderatod", "--listen", "127.0.0.1:0",
         "--listen-admin", "127.0.0.1:0", "--threads", str(threads),
         "--var", os.path.join(folder, name), "--state", state,
         "--model", model, "--log-format", "json",
         # one key, which counts as it would, and authors who never tire
         "--limit-key", "10000000", "--flood", "0"],
        os.path.join(folder, name + ".log"),
        env={**os.environ, "MODERATO_FIRST_KEY": KEY})

    def port(log):
        for line in log.splitlines():
            if '"listening"' in line:
                return json.loads(line)["port"]
        return None

    program.port = program.wait_for(port)
    return program


def start_redis(folder):
    """A Redis on a socket in `folder`, and its URI for --state."""
    socket = os.path.join(folder, "redis.sock")
    server = os.environ.get("REDIS_SERVER", "tests/redis-server")
    program = Program(
        [server, "--port", "0", "--unixsocket", socket, "--save", "",
         "--appendonly", "no", "--dir", folder],
        os.path.join(folder, "redis.log"))
    program.wait_for(lambda log: os.path.exists(socket) or None)
    return program, "redis+unix:" + socket


def load(port, connections, seconds, first, path, rate=0):
    """One run of load.c over the requests in `path`, as it tells it."""
    done = subprocess.run(
        ["build/tests/bench/load", str(port), str(connections), str(seconds),
         str(first), path, str(rate)],
        capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{path}: {done.stderr}")
    told = json.loads(done.stdout)
    if told["failed"] > 0:
        raise SystemExit(f"{path}: {told['failed']} of {told['total']} "
                         "answers were not 200")
    return told
