"""Which layers a model has, and which rank keeps which of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}


def find_layers(model: Any, name: str | None = None) -> tuple[str, Any]:
    """The list of equal blocks to split: its name in the model and the ``ModuleList`` itself.

    Without ``name`` (the key ``pippy.layers``) it is the list with the most bytes. Raises ValueError when
    there is none.
    """
    from torch import nn

    lists = [(key, module) for key, module in model.named_modules() if isinstance(module, nn.ModuleList)]
    if name is not None:
        for key, module in lists:
            if key == name:
                return key, module
        known = ", ".join(key for key, _ in lists) or "none"
        raise ValueError(
            f"pippy.layers names {name!r}, which is no list of layers of this model (it has: {known})."
        )
    best = max(lists, key=lambda entry: size_bytes(entry[1]), default=None)
    if best is None or len(best[1]) < 2:
        raise ValueError("The model has no list of layers to split; name one with pippy.layers.")
    return best


def size_bytes(module: Any) -> int:
    """Bytes of a module's parameters; 0 for None."""
    if module is None:
        return 0
    return sum(parameter.numel() * parameter.element_size() for parameter in module.parameters())


def split_bounds(
    weights: Sequence[int],
    parts: int,
    head: int = 0,
    tail: int = 0,
    limits: Sequence[int | None] | None = None,
) -> list[int]:
    """Cuts layers into contiguous parts whose largest has as few bytes as can be.

    ``weights`` are bytes per layer; ``head`` and ``tail`` (embedding, output head) count for the first and
    the last part. ``limits`` are the most bytes each part may have. Returns ``parts + 1`` bounds, the first
    0. Raises ValueError when there are fewer layers than parts, or when nothing fits the limits.
    """
    if len(weights) < parts:
        raise ValueError(f"A model of {len(weights)} layers cannot be split over {parts} ranks.")
    sums = [0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    caps = list(limits or [])

    def cost(part: int, first: int, end: int) -> float:
        total = sums[end] - sums[first] + (head if part == 0 else 0) + (tail if part == parts - 1 else 0)
        cap = caps[part] if part < len(caps) else None
        return float("inf") if cap is not None and total > cap else total

    bounds = _cheapest(len(weights), parts, cost)
    if bounds is None:
        raise ValueError(_no_fit(sums[-1] + head + tail, caps, parts))
    return bounds


def _cheapest(count: int, parts: int, cost: Any) -> list[int] | None:
    """Dynamic programming over (part, end): the smallest possible largest cost, and where that part
    begins."""
    infinite = float("inf")
    best = [[infinite] * (count + 1) for _ in range(parts + 1)]
    begin = [[0] * (count + 1) for _ in range(parts + 1)]
    best[0][0] = 0
    for part in range(parts):
        for end in range(part + 1, count + 1):
            for first in range(part, end):
                value = max(best[part][first], cost(part, first, end))
                if value < best[part + 1][end]:
                    best[part + 1][end], begin[part + 1][end] = value, first
    if best[parts][count] == infinite:
        return None
    bounds = [count]
    for part in range(parts, 0, -1):
        bounds.append(begin[part][bounds[-1]])
    return bounds[::-1]


def _no_fit(total: int, caps: Sequence[int | None], parts: int) -> str:
    listed = ", ".join("no limit" if cap is None else f"{cap} bytes" for cap in caps)
    return (
        f"The model's {total} bytes of weights do not fit max_memory over {parts} ranks ({listed}). "
        "Raise max_memory or use more ranks."
    )


def memory_limits(max_memory: Any, parts: int) -> list[int | None] | None:
    """``max_memory`` as the field writes it (a map of rank to ``"600MiB"`` or bytes, or a list) as bytes per
    rank.

    Keys that are no rank (``"cpu"``) say nothing. None when there is no limit at all. Raises ValueError for a
    size that cannot be read.
    """
    if not max_memory:
        return None
    entries = enumerate(max_memory) if isinstance(max_memory, (list, tuple)) else dict(max_memory).items()
    limits: list[int | None] = [None] * parts
    for key, value in entries:
        if str(key).isdigit() and int(key) < parts:
            limits[int(key)] = _bytes_of(value)
    return limits if any(limit is not None for limit in limits) else None


def _bytes_of(value: Any) -> int:
    if isinstance(value, int):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", str(value))
    unit = _UNITS.get(match.group(2).upper()) if match else None
    if match is None or unit is None:
        raise ValueError(f'max_memory {value!r} is no size; write for example "600MiB".')
    return int(float(match.group(1)) * unit)
