"""Program: prints the figures of this machine, then the memory of the processes named on stdin. Needs psutil."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

if __name__ == "__main__":
    # Started by its path, so this folder is what Python searches; the package lies two folders up.
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from ts.metrics import system_metrics
from ts.metrics.process_memory_metric import check_process_mem_usage


def main() -> None:
    """`--gpu N`: also measure N GPUs."""
    parser = argparse.ArgumentParser(description="Print the figures of this machine.")
    parser.add_argument("--gpu", type=int, default=0, help="number of GPUs to measure")
    system_metrics.collect_all(system_metrics, parser.parse_args().gpu)
    check_process_mem_usage(sys.stdin)


if __name__ == "__main__":
    main()
