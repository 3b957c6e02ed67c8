"""Notices that another rank has gone, also while nothing is asked of this one."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import Any

from ts.worker.broken_group import BROKEN_GROUP

#: When ranks go because the worker ends, the main thread of this rank ends it properly within this time.
_LAST_WORDS_S = 1.0


def watch_peers(group: Any, world: int) -> None:
    """For rank 0: ends this process soon after the connection to any other rank was lost.

    On one machine the launcher sees a rank's end first; with several machines nobody else tells this one. The
    other ranks never send anything in ``group`` to rank 0, so a receive from each lasts as long as it lives.
    """
    for rank in range(1, world):
        threading.Thread(target=_watch, args=(group, rank), name=f"ts-peer-{rank}", daemon=True).start()


def leave_broken_group(reason: str) -> None:
    """Says why and ends this process, unless its main thread is quicker."""
    time.sleep(_LAST_WORDS_S)
    print(reason, file=sys.stderr, flush=True)
    os._exit(BROKEN_GROUP)


def _watch(group: Any, rank: int) -> None:
    import torch
    import torch.distributed as dist

    try:
        dist.recv(torch.empty(1, dtype=torch.long), rank, group=group)
        reason = "it broke the protocol of pipelines"
    except RuntimeError as error:
        reason = str(error)
    leave_broken_group(f"Rank 0 has lost rank {rank} of the pipeline: {reason}")
