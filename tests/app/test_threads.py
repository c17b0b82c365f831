"""One thread of linear algebra, unless the user wants otherwise; set before numpy reads it."""

import os
import subprocess
import sys

import pytest

SETTINGS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
SHOWN = "import {0}, os, sys; print(*(os.environ.get(name) for name in {1}), 'numpy' in sys.modules)"


def shown(package: str, **chosen: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    done = subprocess.run([sys.executable, "-c", SHOWN.format(package, SETTINGS)], env={**environment, **chosen},
                          capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("package", ["app", "benchmarks"])
def test_one_thread_unless_the_user_says_otherwise(package):
    assert shown(package) == "1 1 None False"
    assert shown(package, OPENBLAS_NUM_THREADS="3") == "3 1 None False"
    assert shown(package, OMP_NUM_THREADS="2") == "None None 2 False"
