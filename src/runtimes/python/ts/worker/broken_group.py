"""Tells from what a handler raised that its group of ranks is broken."""

from __future__ import annotations

import os

from ts.worker.process import LAUNCHER_VARIABLE

#: Exit code of a rank whose group is broken: another rank's end was the cause.
BROKEN_GROUP = 70
#: How the transports of torch.distributed name themselves in their errors, which have no type of their own.
_TRANSPORTS = ("gloo", "nccl")
#: Errors whose causes are looked at, lest a ring of them be followed for ever.
_MAX_CAUSES = 10


def is_broken_group(error: BaseException) -> bool:
    """
    Whether the connection to another rank was lost, or a transfer took too long: nothing that needs the
    others can be computed any more. Always False in a worker of one process.
    """
    if LAUNCHER_VARIABLE not in os.environ:
        return False
    looked_at: BaseException | None = error
    for _ in range(_MAX_CAUSES):
        if looked_at is None:
            return False
        text = str(looked_at).lower()
        if isinstance(looked_at, RuntimeError) and any(name in text for name in _TRANSPORTS):
            return True
        looked_at = looked_at.__cause__ or looked_at.__context__
    return False
