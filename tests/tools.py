"""Programs beside Python that some tests look through: an office suite, a browser, readers of PDF."""

from __future__ import annotations

import os
import shutil

import pytest


def needs(program: str) -> pytest.MarkDecorator:
    """Skip where *program* is not installed; where every check has to run (CI is set), let the test fail instead."""
    return pytest.mark.skipif(shutil.which(program) is None and not os.environ.get("CI"),
                              reason=f"{program} is not installed (make tools)")
