"""What every test of a promise has: the rig of tests/e2e, and a budget."""

import importlib.util
import json
import os
import pathlib
import sys
import time

import pytest
from quiet import Quiet

# both files go by one name
E2E = pathlib.Path(__file__).resolve().parents[1] / "e2e"
sys.path.insert(0, str(E2E))
spec = importlib.util.spec_from_file_location("e2e_conftest", E2E / "conftest.py")
e2e = importlib.util.module_from_spec(spec)
spec.loader.exec_module(e2e)
globals().update({k: v for k, v in vars(e2e).items() if not k.startswith("_")})

SECONDS = float(os.environ.get("MODERATO_TORTURE", "0"))


class Budget:
    """How much of a promise is tried: a short form with all other tests, the
    whole in `make torture`, until the seconds for it are over."""

    def __init__(self, name):
        self.name = name
        self.whole = SECONDS > 0
        self.figures = {}
        self.end = time.monotonic() + SECONDS

    def of(self, short, whole):
        """One of two sizes."""
        return whole if self.whole else short

    def seconds(self):
        """That are left; none in the short form."""
        return max(0.0, self.end - time.monotonic())

    def over(self):
        return time.monotonic() > self.end

    def each(self, places, short):
        """Of places as many as there is time for, but so many surely."""
        for n, place in enumerate(places):
            if n >= short and self.over():
                break
            yield place

    def rounds(self, short, whole):
        """Numbers of rounds; how many there were is told."""
        for i in range(self.of(short, whole)):
            if i >= short and self.over():
                break
            yield i
            self.figures["rounds"] = i + 1

    def quiet(self, rig):
        """Takes note, while something is measured, of what others do."""
        return Quiet(rig, self)

    def tell(self, **figures):
        """Figures that were measured, by their names with units."""
        self.figures.update(figures)


@pytest.fixture
def budget(request):
    """Prints its figures, and keeps them for SECURITY.md."""
    b = Budget(request.node.nodeid.split("::", 1)[1])
    yield b
    folder = e2e.BUILD / "torture"
    folder.mkdir(parents=True, exist_ok=True)
    file = request.path.stem.removeprefix("test_")
    line = json.dumps({"test": f"{file}/{b.name}", "whole": b.whole} | b.figures)
    with open(folder / f"{file}.jsonl", "a") as f:
        f.write(line + "\n")
    print("\n" + line, file=sys.stderr)
