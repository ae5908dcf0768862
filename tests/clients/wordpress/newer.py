"""The Akismet plugin of the next Debian: the one here knows no webhook."""

import re
import subprocess

import pytest

SUITE = "trixie"


def run(*command, **more):
    return subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=120, **more
    ).stdout


def source():
    """The mirror in use, as a source of the next release."""
    rows = run("apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)")
    mirror = re.search(r"^bookworm (\S+)$", rows, re.M)[1]
    keys = "/usr/share/keyrings/debian-archive-keyring.gpg"
    return f"deb [signed-by={keys}] {mirror} {SUITE} main\n"


def akismet(folder):
    """Unpacks the plugin into a folder that is returned; nothing is installed."""
    lists = folder / "sources.list"
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    apt = ["apt-get", "-qq", "-o", f"Dir::Etc::sourcelist={lists}"]
    apt += ["-o", "Dir::Etc::sourceparts=/dev/null", "-o", f"Dir::Cache={folder}/cache"]
    apt += ["-o", f"Dir::State::lists={folder}/lists", "-o", "APT::Sandbox::User="]
    try:
        lists.write_text(source())
        run(*apt, "update")
        run(*apt, "download", "wordpress", cwd=folder)
    except (subprocess.SubprocessError, TypeError) as error:
        pytest.skip(f"no wordpress package of {SUITE}: {error}")
    package = next(folder.glob("wordpress_*.deb"))
    run("dpkg-deb", "-x", package, folder / "files")
    return folder / "files/usr/share/wordpress/wp-content/plugins/akismet"
