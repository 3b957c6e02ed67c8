"""Prints how long a function takes."""

from __future__ import annotations

import functools
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def timeit(func: Callable) -> Callable:
    """Makes `func` print its name and its duration in milliseconds after every call."""

    @functools.wraps(func)
    def timed_call(*args: Any, **kwargs: Any) -> Any:
        start = time.perf_counter()
        try:
            return func(*args, **kwargs)
        finally:
            print(f"{func.__name__}: {(time.perf_counter() - start) * 1000:.3f} ms", flush=True)

    return timed_call
