"""Memory of processes. Needs psutil."""

from __future__ import annotations

import logging

from ts.torch_handler.required import require

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

psutil = require("psutil", "ts.metrics.process_memory_metric measures with it")


def get_cpu_usage(pid: int | str) -> int:
    """Resident memory of a process in bytes, whatever the name says; 0, and an error in the log, when it has gone."""
    try:
        return psutil.Process(int(pid)).memory_info().rss
    except (psutil.Error, ValueError) as error:
        logging.error("The memory of process %s cannot be measured: %s", pid, error)
        return 0


def check_process_mem_usage(stdin: TextIO) -> None:
    """Reads one line of process ids, comma separated, and prints `<pid>:<bytes>` for each."""
    for pid in filter(None, stdin.readline().strip().split(",")):
        print(f"{pid}:{get_cpu_usage(pid)}", flush=True)
