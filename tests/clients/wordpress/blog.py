"""A WordPress of a test's own: Debian's files, PHP, and a MariaDB beside it."""

import html
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess

import requests
from conftest import ROOT, wait_for
from front import free_port

DEBIAN = pathlib.Path("/usr/share/wordpress")
MU_PLUGIN = ROOT / "clients/wordpress/moderato.php"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
EDITOR, PASSWORD = "editor", "correct horse battery"

CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:%(socket)s');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('DISABLE_WP_CRON', true); // the test says when
define('WP_DEBUG', true);
define('WP_DEBUG_DISPLAY', false);
define('WP_DEBUG_LOG', '%(log)s');
define('WP_HTTP_BLOCK_EXTERNAL', true); // nothing leaves this machine
%(more)s
foreach (array('AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE') as $each) {
    define($each . '_KEY', 'key of a test: ' . $each);
    define($each . '_SALT', 'salt of a test: ' . $each);
}
$table_prefix = 'wp_';
define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""

# WordPress lets nobody comment twice within 15 seconds.
PATIENT = "<?php add_filter('comment_flood_filter', '__return_false', 99);\n"


class Process:
    """A program that runs until the test ends it, with all that it started."""

    def __init__(self, folder, name, command, **more):
        self.log = folder / f"{name}.log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **more,
            )

    def dispose(self):
        """PHP's workers outlive their parent, so the whole group is ended."""
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(20)
        except ProcessLookupError:
            pass
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)


def maria_db(folder):
    """A database server on a socket in the folder, without network."""
    data, sock = folder / "data", folder / "db.sock"
    quiet = dict(check=True, capture_output=True, timeout=120)
    me = ["--no-defaults", "--user=root"] if os.geteuid() == 0 else ["--no-defaults"]
    subprocess.run(
        ["mariadb-install-db", *me, f"--datadir={data}", "--skip-test-db",
         "--auth-root-authentication-method=normal"],
        **quiet,
    )  # fmt: skip
    server = Process(
        folder, "mariadbd",
        ["mariadbd", *me, f"--datadir={data}", f"--socket={sock}",
         f"--pid-file={folder}/db.pid", "--skip-networking",
         "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0"],
    )  # fmt: skip
    wait_for("MariaDB", lambda: answers(sock, server), 60)
    statement = "CREATE DATABASE wordpress CHARACTER SET utf8mb4"
    subprocess.run(["mariadb", f"--socket={sock}", "-uroot", "-e", statement], **quiet)
    return server, sock


def answers(sock, server):
    assert server.process.poll() is None, server.log.read_text()[-2000:]
    with socket.socket(socket.AF_UNIX) as s:
        return s.connect_ex(str(sock)) == 0


class Blog:
    """A blog with its Akismet plugin and ours; `editor` is logged in."""

    def __init__(self, folder, plugin=None, settings=""):
        self.root, self.made = folder / "site", []
        self.errors = folder / "wordpress.log"
        copy = ["cp", "-a", "--dereference", f"{DEBIAN}/.", self.root]
        subprocess.run(copy, check=True, capture_output=True)
        if plugin is not None:
            akismet = self.root / "wp-content/plugins/akismet"
            shutil.rmtree(akismet)
            shutil.copytree(plugin, akismet)
        extra = self.root / "wp-content/mu-plugins"
        extra.mkdir()
        shutil.copy(MU_PLUGIN, extra)
        (extra / "patient.php").write_text(PATIENT)
        database, sock = maria_db(folder)
        self.made.append(database)
        values = dict(socket=sock, log=self.errors, more=settings)
        (self.root / "wp-config.php").write_text(CONFIG % values)
        self.serve(folder)
        self.install()

    def serve(self, folder):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        php = ["php", "-S", f"127.0.0.1:{port}", "-t", self.root]
        workers = os.environ | {"PHP_CLI_SERVER_WORKERS": "3"}
        self.made.append(Process(folder, "php", php, env=workers, cwd=self.root))
        wait_for("PHP", lambda: listens(port))
        self.reader, self.editor = requests.Session(), requests.Session()
        self.reader.headers["User-Agent"] = BROWSER

    def install(self):
        form = {
            "weblog_title": "A blog",
            "user_name": EDITOR,
            "admin_password": PASSWORD,
            "admin_password2": PASSWORD,
            "pw_weak": "1",
            "admin_email": "editor@blog.example",
            "language": "",
        }
        page = self.send(self.reader, "wp-admin/install.php?step=2", form)
        assert "Success!" in page, page
        form = {"log": EDITOR, "pwd": PASSWORD, "testcookie": "1"}
        self.editor.cookies.set("wordpress_test_cookie", "WP Cookie check")
        self.send(self.editor, "wp-login.php", form)
        assert "wp-admin-bar" in self.page("index.php")

    def send(self, session, path, form=None):
        """GET, or POST with a form; returns the page it leads to."""
        method = "GET" if form is None else "POST"
        url = path if path.startswith("http") else f"{self.url}/{path}"
        got = session.request(method, url, data=form, timeout=60)
        assert got.status_code == 200, f"{url}: {got.status_code} {got.text[:2000]}"
        return got.text

    def page(self, path, form=None):
        """A page of wp-admin, as the editor sees it."""
        return self.send(self.editor, f"wp-admin/{path}", form)

    def follow(self, page, pattern):
        """Follows the first link of an editor's page that matches."""
        links = (html.unescape(a) for a in re.findall(r"href=['\"](.*?)['\"]", page))
        link = next(a for a in links if re.search(pattern, a))
        return self.page(link.removeprefix("/wp-admin/"))

    def fields(self, page, action):
        """The hidden fields of the form that does `action`."""
        for form in re.findall(r"(?s)<form.*?</form>", page):
            inputs = re.findall(r"<input[^>]*type=['\"]hidden['\"][^>]*>", form)
            pairs = {
                re.search(r"name=['\"](.*?)['\"]", i)[1]: html.unescape(
                    re.search(r"value=['\"](.*?)['\"]", i)[1]
                )
                for i in inputs
            }
            if pairs.get("action") == action:
                return pairs
        raise AssertionError(f"no form with action {action}")

    def activate_akismet(self, key):
        """As the editor does it: activates the plugin, enters the key."""
        page = self.page("plugins.php")
        self.follow(page, r"action=activate&plugin=akismet")
        screen = "options-general.php?page=akismet-key-config&view=start"
        form = self.fields(self.page(screen), "enter-key")
        return self.page(screen, form | {"key": key})

    def comment(self, author, text, **more):
        """A reader comments; returns the number of the comment."""
        form = {
            "author": author,
            "email": f"{author.split()[0].lower()}@reader.example",
            "url": "",
            "comment": text,
            "comment_post_ID": "1",
            "comment_parent": "0",
        } | more
        before = self.newest()
        url = f"{self.url}/wp-comments-post.php"
        got = self.reader.post(url, data=form, allow_redirects=False, timeout=60)
        assert got.status_code == 302, got.text
        number = self.newest()
        return number if number != before else None

    def query(self, statement):
        done = subprocess.run(
            ["mariadb", f"--socket={self.made[0].log.parent}/db.sock", "-uroot",
             "-N", "-B", "wordpress", "-e", statement],
            check=True, capture_output=True, text=True, timeout=20,
        )  # fmt: skip
        return done.stdout.strip()

    def php(self, code):
        """What a few lines say within this WordPress."""
        done = subprocess.run(
            ["php", "-d", "display_errors=0", "-r", f"require 'wp-load.php'; {code}"],
            cwd=self.root, check=True, capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        return done.stdout

    def newest(self):
        return int(self.query("SELECT MAX(comment_ID) FROM wp_comments"))

    def meta(self, number, key):
        return self.query(
            "SELECT meta_value FROM wp_commentmeta WHERE "
            f"comment_id = {number} AND meta_key = '{key}'"
        )

    def folder(self, name):
        """The comments that wp-admin lists as `moderated`, `spam`, `approved`."""
        page = self.page(f"edit-comments.php?comment_status={name}")
        return {int(n) for n in re.findall(r"<tr id=['\"]comment-(\d+)", page)}

    def act(self, number, action, folder):
        """Follows a link such as `spamcomment` under a comment in wp-admin."""
        page = self.page(f"edit-comments.php?comment_status={folder}")
        self.follow(page, rf"comment\.php\?(?=.*\bc={number}\b)(?=.*action={action}&)")

    def dispose(self):
        for each in reversed(self.made):
            each.dispose()


def listens(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0
