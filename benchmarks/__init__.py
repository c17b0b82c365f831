"""Speed and memory as ratios against named yardsticks, measured in one run: ``python -m benchmarks``."""

import app  # noqa: F401  (one thread of linear algebra, as for the commands)
