"""Run every bench, one after the other; words of the command line go to each of them."""

import os
import subprocess
import sys

BENCHES = (
    "bench_show.py",
    "bench_sync.py",
    "bench_network.py",
    "bench_bulk.py",
    "bench_peers.py",
    "bench_export.py",
    "bench_scores.py",
    "bench_postgres.py",
)


def main() -> None:
    """Run them all, and stop at the first that fails."""
    folder = os.path.dirname(os.path.abspath(__file__))
    for bench in BENCHES:
        subprocess.run([sys.executable, os.path.join(folder, bench), *sys.argv[1:]], check=True)


if __name__ == "__main__":
    main()
