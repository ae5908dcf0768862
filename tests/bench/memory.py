"""make bench BENCH=--memory: what the service keeps in memory, and Redis.

Connections send a judged comment each, all at once, and stay. Then comments
are recorded with their counts in Redis, first some to warm up.
"""

import argparse
import socket
import subprocess
import time

import programs
import report
import traffic
from report import say

CONNECTIONS = (0, 60, 600)
CONNECTIONS_LOAD = 64
KEYS = 14  # that are counted of a comment, in the mean of these texts
COUNTED = 20000  # comments, fewer than the log in Redis takes
STEP_S, REST_S = 4, 3
COUNTERS = 18  # binary logarithm of the keys of a table, as without Redis
WAITING = "moderato_store_waiting"


def connect(server, request):
    s = socket.create_connection(("127.0.0.1", server.port))
    s.sendall(request)
    return s


def of_connections(server, requests):
    """(connections, MiB at once, and a while later), of more and more."""
    kept, told = [], []
    for n in CONNECTIONS:
        new = [connect(server, requests[i]) for i in range(len(kept), n)]
        for s in new:
            assert s.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
        kept += new
        at_once = server.resident_mib()
        time.sleep(REST_S)
        told.append((n, at_once, server.resident_mib()))
    for s in kept:
        s.close()
    return told


def used_bytes(socket_path):
    done = subprocess.run(
        ["redis-cli", "-s", socket_path, "info", "memory"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    fields = dict(line.split(":", 1) for line in done.stdout.split() if ":" in line)
    return int(fields["used_memory"])


def of_redis(server, supply, socket_path):
    """Bytes of Redis a comment: of a log that is not yet cut."""
    before, seen = used_bytes(socket_path), recorded(server)
    supply.ready("one", server, CONNECTIONS_LOAD, 1, COUNTED)()
    return (used_bytes(socket_path) - before) / (recorded(server) - seen)


def recorded(server):
    return sum(
        value
        for name, value in programs.metrics(server).items()
        if name.startswith("moderato_comments_total")
    )


def of_growth(server, supply, most):
    """(comments, MiB, of them still to be sorted in), step by step."""
    told = []
    while len(told) < 2 or told[-1][0] < most:
        supply.ready("one", server, CONNECTIONS_LOAD, STEP_S)()
        waiting = programs.metrics(server)[WAITING]
        told.append((recorded(server), server.resident_mib(), waiting))
        say(f"{told[-1][0]:,.0f} of {most:,} comments, {told[-1][1]:.1f} MiB")
    say("")
    return told


def grown(told):
    """MiB a million comments, in the second half."""
    middle = next(of for of in told if of[0] > told[-1][0] / 2)
    return (told[-1][1] - middle[1]) / (told[-1][0] - middle[0]) * 1e6


def of_service(name, state, requests, texts, options, folder, stack):
    server = programs.start_moderatod(
        folder, name, programs.THREADS, options.model, state
    )
    stack.callback(server.end)
    supply = programs.Supply(texts)
    told = {"name": name, "connections": of_connections(server, requests)}
    if name == "redis":
        socket_path = state.split(":", 1)[1].split("?")[0]
        told["redis_bytes"] = of_redis(server, supply, socket_path)
    told["growth"] = of_growth(server, supply, options.comments)
    server.pause()
    return told


def run(options, folder, stack):
    loaded, _ = traffic.corpora(options.data, folder)
    texts = traffic.read_texts(loaded)
    judged = [
        traffic.comment(i, text, author, True)
        for i, (text, author) in enumerate(texts[: CONNECTIONS[-1]])
    ]
    requests = list(traffic.ones(judged, programs.KEY))
    _, uri = programs.start_redis(stack)
    states = {"memory": "memory", "redis": f"{uri}?counters={COUNTERS}"}
    return [
        of_service(name, state, requests, texts, options, folder, stack)
        for name, state in states.items()
    ]


def print_memory(told):
    (_, bare, _), (few, with_few, rest_few), (many, with_many, rest_many) = told[
        "connections"
    ]
    each = [
        (b - a) * 1024 / (many - few)
        for a, b in ((with_few, with_many), (rest_few, rest_many))
    ]
    print(f"counts in {told['name']}")
    print(f"{'MiB after the start':40}{bare:9.1f}")
    print(
        f"{f'with {few} connections, {REST_S} s later':40}"
        f"{with_few:9.1f}{rest_few:9.1f}"
    )
    print(
        f"{f'with {many} connections, {REST_S} s later':40}"
        f"{with_many:9.1f}{rest_many:9.1f}"
    )
    print(f"{'KiB a connection':40}{each[0]:9.1f}{each[1]:9.1f}")
    if "redis_bytes" in told:
        comment = told["redis_bytes"]
        print(f"{'B of Redis a comment, a key':40}{comment:9.0f}{comment / KEYS:9.1f}")
    for comments, mib, waiting in told["growth"]:
        print(f"{f'{comments:,.0f} recorded, {waiting:,.0f} wait':40}{mib:9.1f}")
    print(f"{'MiB a million, in the second half':40}{grown(told['growth']):9.1f}\n")


def arguments():
    parser = argparse.ArgumentParser(
        prog="tests/bench/run --memory", description=__doc__.split("\n\n", 1)[0]
    )
    parser.add_argument("--comments", type=int, default=1_000_000)
    programs.add_usual(parser)
    return parser.parse_args()


def main():
    options = arguments()
    with programs.place() as (folder, stack):
        told = run(options, folder, stack)
    for of in told:
        print_memory(of)
    if options.json:
        report.write_json(options.json, told)


if __name__ == "__main__":
    main()
