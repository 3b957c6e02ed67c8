"""
Where the metrics of handlers leave the package.

The worker installs a sender, which makes wire frames of them. Without one (unit tests, a process that a handler forked)
a metric is printed as TorchServe's line, which the server reads too.
"""

from __future__ import annotations

import os
import re
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_sender: Callable[[dict[str, Any]], None] | None = None


def set_sender(sender: Callable[[dict[str, Any]], None] | None) -> None:
    """Hands all further metrics to `sender`, which threads of a handler may call at the same time; None: print them."""
    global _sender
    _sender = sender


def emit(header: dict[str, Any]) -> None:
    """
    Sends one value of a metric.

    `header` is a METRIC frame's: `name`, `value` (a finite number), `unit`, `type` (`counter`, `gauge`, `histogram`),
    `dimensions` (name to text), `requestIds` (list of text).
    """
    if _sender is None:
        print(metric_line(header), flush=True)
    else:
        _sender(header)


def metric_line(header: dict[str, Any]) -> str:
    """One value of a metric as TorchServe's workers print it, beginning with `[METRICS]`."""
    dimensions = ",".join(f"{name}:{value}" for name, value in header["dimensions"].items())
    ids = "".join(f",{one}" for one in header["requestIds"])
    line = (
        f"[METRICS]{header['name']}.{header['unit']}:{header['value']}|#{dimensions}"
        f"|#type:{header['type'].upper()}|#hostname:{host_name()},{int(time.time())}{ids}"
    )
    return re.sub(r"[\r\n]+", " ", line)


def host_name() -> str:
    """The name of this machine."""
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "localhost")


# Two processes must not write frames to one socket: a forked child prints its metrics instead.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: set_sender(None))
