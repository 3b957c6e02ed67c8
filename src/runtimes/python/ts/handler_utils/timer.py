"""Times of a handler's steps, as metrics."""

from __future__ import annotations

import functools
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def timed(func: Callable) -> Callable:
    """
    Makes a method of a handler report its duration as the metric `ts_handler_<name>`, in ms, when the model's
    configuration says `handler: {profile: true}`. Work on a GPU is waited for.
    """
    name = f"ts_handler_{func.__name__}"

    @functools.wraps(func)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        context = getattr(self, "context", None)
        if context is None or not _is_profiled(context):
            return func(self, *args, **kwargs)
        result, duration_ms = _measure(_cuda_of(self), func, self, *args, **kwargs)
        context.metrics.add_time(name, duration_ms)
        return result

    return call


def _is_profiled(context: Any) -> bool:
    config = getattr(context, "model_yaml_config", None)
    section = config.get("handler") if isinstance(config, dict) else None
    return bool(isinstance(section, dict) and section.get("profile"))


def _cuda_of(handler: Any) -> Any | None:
    """`torch.cuda` when the handler computes there; torch is never imported for it."""
    torch = sys.modules.get("torch")
    if torch is None or "cuda" not in str(getattr(handler, "device", "")):
        return None
    return torch.cuda if torch.cuda.is_available() else None


def _measure(cuda: Any | None, func: Callable, *args: Any, **kwargs: Any) -> tuple:
    """The result and the duration in ms."""
    if cuda is None:
        start = time.perf_counter()
        result = func(*args, **kwargs)
        return result, (time.perf_counter() - start) * 1000
    begin, end = cuda.Event(enable_timing=True), cuda.Event(enable_timing=True)
    begin.record()
    result = func(*args, **kwargs)
    end.record()
    cuda.synchronize()
    return result, begin.elapsed_time(end)
