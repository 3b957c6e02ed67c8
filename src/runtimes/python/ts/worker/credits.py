"""How many batches may be on their way to this worker; twin of credits.ts."""

from __future__ import annotations

#: Work that may be on its way, ms: the window grows as long as one batch more would stay below this.
GROW_BELOW_MS = 1.0
#: Above this the window closes again; the gap keeps it from flapping.
SHRINK_ABOVE_MS = 2.0
#: Weight of the newest batch in the moving average.
WEIGHT = 0.1


class CreditWindow:
    """
    Starts with one batch. A short handler spends more time waiting for the next frame than computing, so the
    window grows by one batch per answer, up to `max_credits` and to about a millisecond of work; when the
    handler gets long it shrinks back to one by not giving credits back. `max_credits` 1 switches the growing
    off.
    """

    def __init__(self, max_credits: int) -> None:
        self._max_credits = max_credits
        self._size = 1
        self._average_ms: float | None = None

    def after_batch(self, handler_ms: float) -> int:
        """Credits to give back with the answer of a batch: usually 1, 2 to grow, 0 to shrink."""
        before = self._average_ms
        average = handler_ms if before is None else before + WEIGHT * (handler_ms - before)
        self._average_ms = average
        if self._size < self._max_credits and (self._size + 1) * average < GROW_BELOW_MS:
            self._size += 1
            return 2
        if self._size > 1 and self._size * average > SHRINK_ABOVE_MS:
            self._size -= 1
            return 0
        return 1
