"""Other software, on the same comments in the same run.

Each is started with one worker, as Debian has it, what it asks the network
switched off. Servers answer over HTTP and are asked by load.c; spamd has a
protocol of its own; bogofilter and fastText are programs that read files.
"""

import json
import os
import resource
import socket
import subprocess
import tempfile
import threading
import time

import programs
from programs import Program

# what would ask a name server, a Redis, or somebody's web site
RSPAMD_OFF = """arc asn bimi dcc dkim dkim_signing dmarc fuzzy_check greylist
    hfilter history_redis mx_check neural once_received phishing ratelimit rbl
    replies reputation rspamd_update spf surbl url_redirector whitelist""".split()
LIBSVM_ROWS, LIBSVM_ASKED = 2000, 300
RSPAMD_START_S = 120  # it compiles its expressions first
NGINX = """daemon off; master_process off; worker_processes 1; pid {folder}/pid;
error_log stderr; events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 1000000000; client_body_temp_path {folder};
proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
scgi_temp_path {folder}; server {{ listen 127.0.0.1:{port};
location / {{ default_type application/json; return 200 '{body}'; }} }} }}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def answers(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0 or None


def on_port(argv, log, port, seconds=programs.START_S, **how):
    """A program that takes connections there."""
    program = Program(argv, log, **how)
    program.wait_for(lambda _: answers(port), seconds)
    program.port = port
    return program


def folder_of(folder, name):
    path = os.path.join(os.path.abspath(folder), name)
    os.makedirs(path, exist_ok=True)
    return path


def write(path, text):
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    return path


def start_nginx(folder, answer_bytes):
    """What answers as many bytes without looking at anything."""
    here, port = folder_of(folder, "nginx"), free_port()
    settings = write(
        os.path.join(here, "nginx.conf"),
        NGINX.format(folder=here, port=port, body="x" * answer_bytes),
    )
    return on_port(
        ["nginx", "-c", settings, "-p", here], os.path.join(here, "log"), port
    )


# how uvicorn runs at its fastest, and what it does where Debian's
# python3-fastapi brings no more than it needs
FASTEST = ("--loop=uvloop", "--http=httptools", "--no-access-log")
AS_PACKAGED = ("--loop=asyncio", "--http=h11")


def start_fastapi(folder, flags, **variables):
    port = free_port()
    return on_port(
        [
            *("/usr/bin/python3", "-B", "-m", "uvicorn", "--app-dir", "tests/bench"),
            *flags,
            *("--port", str(port), "peer_app:app"),
        ],
        os.path.join(folder, f"fastapi-{port}.log"),
        port,
        60,
        env={**os.environ, **variables},
    )


def start_rspamd(folder):
    here, port = folder_of(folder, "rspamd"), free_port()
    local = folder_of(here, "local.d")
    off = [*RSPAMD_OFF, "worker-controller", "worker-proxy", "worker-fuzzy"]
    for name in off:
        end = ".inc" if name.startswith("worker") else ".conf"
        write(os.path.join(local, name + end), "enabled = false;\n")
    for name, text in (
        ("worker-normal", f'bind_socket = "127.0.0.1:{port}"; count = 1;\n'),
        # nobody answers there, and nobody is asked
        (
            "options",
            'dns { nameserver = ["127.0.0.1:9"]; timeout = 0.05s;'
            ' retransmits = 1; }\nfilters = "chartable,regexp";\n',
        ),
        ("logging", 'type = "console"; level = "error";\n'),
    ):
        write(os.path.join(local, name + ".inc"), text)
    places = [
        f"--var={name}={here}"
        for name in ("LOCAL_CONFDIR", "DBDIR", "RUNDIR", "LOGDIR")
    ]
    return on_port(
        [
            "rspamd",
            "--no-fork",
            "--insecure",
            "--user",
            "root",
            "--group",
            "root",
            "--config",
            "/etc/rspamd/rspamd.conf",
            *places,
        ],
        os.path.join(here, "log"),
        port,
        RSPAMD_START_S,
    )


def start_spamd(folder):
    here, port = folder_of(folder, "spamd"), free_port()
    return on_port(
        [
            "spamd",
            "--local",
            "--max-children",
            "1",
            "--nouser-config",
            "--listen",
            f"127.0.0.1:{port}",
            "--helper-home-dir",
            here,
            "--syslog",
            "stderr",
        ],
        os.path.join(here, "log"),
        port,
        60,
        env={**os.environ, "HOME": here},
    )


def ask_spamd(port, body):
    """One mail a connection, as spamc does; whether it was judged."""
    with socket.create_connection(("127.0.0.1", port)) as s:
        s.sendall(b"CHECK SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(body) + body)
        s.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := s.recv(4096):
            answer += piece
    return answer.startswith(b"SPAMD/1.1 0 EX_OK")


def load_spamd(port, connections, seconds, mails):
    """The closed loop of load.c for spamd, and told as that tells it."""
    begin = time.monotonic()
    times, failed, lock = [], [0], threading.Lock()

    def loop(first):
        at = first
        while (started := time.monotonic()) < begin + seconds:
            good = ask_spamd(port, mails[at % len(mails)])
            with lock:
                failed[0] += not good
                times.append(time.monotonic() - started)
            at += connections

    threads = [threading.Thread(target=loop, args=(i,)) for i in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    return {
        "per_s": len(times) / (time.monotonic() - begin),
        "p50_us": times[len(times) // 2] * 1e6,
        "p99_us": times[int(len(times) * 0.99)] * 1e6,
        "total": len(times),
        "failed": failed[0],
    }


def cpu_of(argv, **how):
    """Seconds of processor time of a program that is waited for."""

    def spent():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before = spent()
    subprocess.run(
        argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, **how
    )  # bogofilter's status is what it found
    return spent() - before


def line(text):
    return " ".join(text.split()) or "empty"


def time_fasttext(folder, rows, texts):
    """µs a comment: what more comments take longer."""
    here = folder_of(folder, "fasttext")
    learnt = write(
        os.path.join(here, "learnt"),
        "".join(f"__label__{row['label']} {line(row['text'])}\n" for row in rows),
    )
    model = os.path.join(here, "model")
    subprocess.run(
        [
            "fasttext",
            "supervised",
            "-input",
            learnt,
            "-output",
            model,
            "-dim",
            "16",
            "-minn",
            "3",
            "-maxn",
            "5",
            "-wordNgrams",
            "2",
            "-bucket",
            "100000",
            "-epoch",
            "5",
            "-thread",
            "1",
            "-verbose",
            "0",
        ],
        check=True,
    )
    few, many = (
        write(
            os.path.join(here, f"{n}"), "".join(line(text) + "\n" for text in texts[:n])
        )
        for n in (1, len(texts))
    )
    costs = [
        cpu_of(["fasttext", "predict", model + ".bin", asked]) for asked in (few, many)
    ]
    return (costs[1] - costs[0]) / (len(texts) - 1) * 1e6


def mailbox(texts):
    return "".join(
        "From a@b.invalid Thu Jan  1 00:00:00 1970\n"
        "Content-Type: text/plain; charset=utf-8\n\n"
        f"{line(text)}\n\n"
        for text in texts
    ).encode("utf-8", "replace")


def time_bogofilter(folder, rows, texts):
    """The same."""
    how = ["bogofilter", "-C", "--unicode=yes", "-d", folder_of(folder, "bogofilter")]
    for flag, ham in (("-s", False), ("-n", True)):
        subprocess.run(
            how + ["-M", flag],
            check=True,
            input=mailbox(
                row["text"] for row in rows if (row["label"] == "ham") == ham
            ),
        )
    costs = []
    for n in (1, len(texts)):
        with tempfile.TemporaryFile() as mails:
            mails.write(mailbox(texts[:n]))
            mails.seek(0)
            costs.append(cpu_of(how + ["-TT", "-M"], stdin=mails))
    return (costs[1] - costs[0]) / (len(texts) - 1) * 1e6


def vectors(path, corpus, most):
    """A file of so many of its rows' vectors, from all over it."""
    done = subprocess.run(
        ["build/tests/bench/vectors", corpus],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines(keepends=True)
    return write(path, "".join(lines[:: max(1, len(lines) // most)][:most]))


def time_libsvm(folder, corpus, asked):
    """The same: a linear machine that libsvm learned from our features."""
    here = folder_of(folder, "libsvm")
    learnt, few, many = (
        vectors(os.path.join(here, str(n)), of, n)
        for of, n in ((corpus, LIBSVM_ROWS), (asked, 1), (asked, LIBSVM_ASKED))
    )
    model = os.path.join(here, "model")
    subprocess.run(["svm-train", "-q", "-t", "0", learnt, model], check=True)
    costs = [cpu_of(["svm-predict", file, model, os.devnull]) for file in (few, many)]
    return (costs[1] - costs[0]) / (LIBSVM_ASKED - 1) * 1e6


def read_rows(corpus):
    with open(corpus, encoding="utf-8") as lines:
        return [row for row in map(json.loads, lines) if row.get("text")]
