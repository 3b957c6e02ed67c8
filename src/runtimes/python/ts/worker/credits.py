"""How many batches may be on their way to this worker; twin of credits.ts."""

from __future__ import annotations

#: Handlers below this many milliseconds a batch spend more time waiting for the next frame than computing.
SHORT_MS = 0.5
#: Above this the window closes again; the gap keeps it from flapping.
LONG_MS = 1.0
#: Weight of the newest batch in the moving average.
WEIGHT = 0.1


class CreditWindow:
    """
    Starts with one batch. While the handler is short the window grows by one batch per answer up to
    `max_credits`, so that the next batch is already here when one is done; when the handler gets long it
    shrinks back to one by not giving credits back. `max_credits` 1 switches the growing off.
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
        if average < SHORT_MS and self._size < self._max_credits:
            self._size += 1
            return 2
        if average > LONG_MS and self._size > 1:
            self._size -= 1
            return 0
        return 1
