"""Which device a model runs on, by TorchServe's order of preference."""

from __future__ import annotations

import os
from typing import Any

from ts.torch_handler.required import has_package, require

torch: Any = require("torch", "BaseHandler is built on it")


def choose_device(properties: dict[str, Any]) -> tuple[Any, str | None]:
    """Return (device, map_location) for a worker with these system properties.

    Order: CUDA with a gpu_id, Intel XPU with TS_IPEX_GPU_ENABLE=true, Apple's MPS, XLA, CPU.
    map_location is the device's kind, None for XLA, whose weights are loaded to the CPU first.
    """
    gpu_id = properties.get("gpu_id")
    if gpu_id is not None:
        if torch.cuda.is_available():
            return torch.device(f"cuda:{gpu_id}"), "cuda"
        if os.environ.get("TS_IPEX_GPU_ENABLE", "false") == "true" and _has_xpu():
            return torch.device(f"xpu:{gpu_id}"), "xpu"
        if _has_mps():
            return torch.device("mps"), "mps"
    if has_package("torch_xla"):
        return require("torch_xla.core.xla_model", "it was found, so models run on XLA").xla_device(), None
    return torch.device("cpu"), "cpu"


def torch_version() -> tuple[int, int, int]:
    """Return torch's version as numbers: 2.13.0+cpu is (2, 13, 0)."""
    parts = torch.__version__.split("+", 1)[0].split(".")
    numbers = ["".join(c for c in part if c.isdigit()) for part in parts[:3]]
    padded = [int(number or 0) for number in numbers] + [0, 0, 0]
    return padded[0], padded[1], padded[2]


def _has_xpu() -> bool:
    xpu = getattr(torch, "xpu", None)
    return xpu is not None and xpu.is_available()


def _has_mps() -> bool:
    mps = getattr(torch.backends, "mps", None)
    return mps is not None and mps.is_available()
