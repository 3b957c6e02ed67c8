"""
Figures of this machine, for tools that call TorchServe's functions. The server measures the machine itself.

Needs psutil; figures of GPUs come from the program `nvidia-smi`.
"""

from __future__ import annotations

import subprocess
from types import ModuleType

from ts.metrics.dimension import Dimension
from ts.metrics.metric import Metric
from ts.torch_handler.required import require

psutil = require("psutil", "ts.metrics.system_metrics measures with it")

system_metrics: list[Metric] = []
"""What was measured, in the order it was."""
dimension = [Dimension("Level", "Host")]

_MB = 1024**2
_GB = 1024**3
_GPU_QUERY = "--query-gpu=index,utilization.gpu,memory.used,memory.total"
_GPU_TIMEOUT_SEC = 10


def cpu_utilization() -> None:
    """Busy share of all processors since the last look, %."""
    _add("CPUUtilization", psutil.cpu_percent(), "percent")


def memory_used() -> None:
    """Memory in use, MB."""
    _add("MemoryUsed", psutil.virtual_memory().used / _MB, "MB")


def memory_available() -> None:
    """Memory to be had, MB."""
    _add("MemoryAvailable", psutil.virtual_memory().available / _MB, "MB")


def memory_utilization() -> None:
    """Used share of memory, %."""
    _add("MemoryUtilization", psutil.virtual_memory().percent, "percent")


def disk_used() -> None:
    """Root disk in use, GB."""
    _add("DiskUsage", psutil.disk_usage("/").used / _GB, "GB")


def disk_utilization() -> None:
    """Used share of the root disk, %."""
    _add("DiskUtilization", psutil.disk_usage("/").percent, "percent")


def disk_available() -> None:
    """Root disk to be had, GB."""
    _add("DiskAvailable", psutil.disk_usage("/").free / _GB, "GB")


def gpu_utilization(num_of_gpu: int) -> None:
    """Busy share, used share of memory (%) and used memory (MB) of the first `num_of_gpu` GPUs."""
    if num_of_gpu <= 0:
        return
    for index, busy, used_mb, total_mb in _ask_gpus()[:num_of_gpu]:
        gpu = [*dimension, Dimension("DeviceId", str(int(index)))]
        share = 100 * used_mb / total_mb if total_mb else 0.0
        system_metrics.append(Metric("GPUUtilization", busy, "percent", gpu))
        system_metrics.append(Metric("GPUMemoryUtilization", share, "percent", gpu))
        system_metrics.append(Metric("GPUMemoryUsed", used_mb, "MB", gpu))


def collect_all(mod: ModuleType, num_of_gpu: int) -> None:
    """Measures everything and prints a line for each figure, then an empty one. `mod` is this module."""
    for measure in (
        mod.cpu_utilization,
        mod.disk_available,
        mod.disk_used,
        mod.disk_utilization,
        mod.memory_available,
        mod.memory_used,
        mod.memory_utilization,
    ):
        measure()
    mod.gpu_utilization(num_of_gpu)
    for metric in system_metrics:
        print(metric)
    print(flush=True)


def _add(name: str, value: float, unit: str) -> None:
    system_metrics.append(Metric(name, value, unit, dimension))


def _ask_gpus() -> list[list[float]]:
    """Index, busy %, used MB and total MB of each GPU. Raises OSError or CalledProcessError without nvidia-smi."""
    command = ["nvidia-smi", _GPU_QUERY, "--format=csv,noheader,nounits"]
    text = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=_GPU_TIMEOUT_SEC
    ).stdout
    rows = [line.split(",") for line in text.splitlines() if line.strip()[:1].isdigit()]
    return [[_number(field) for field in row] for row in rows if len(row) == 4]


def _number(field: str) -> float:
    """A figure that a GPU does not report is 0."""
    try:
        return float(field)
    except ValueError:
        return 0.0
