"""What tests/e2e/conftest.py has, for the tests in here: both go by one name."""

import importlib.util
import pathlib
import sys

E2E = pathlib.Path(__file__).resolve().parents[1] / "e2e"
sys.path.insert(0, str(E2E))
spec = importlib.util.spec_from_file_location("e2e_conftest", E2E / "conftest.py")
e2e = importlib.util.module_from_spec(spec)
spec.loader.exec_module(e2e)
globals().update({k: v for k, v in vars(e2e).items() if not k.startswith("_")})
