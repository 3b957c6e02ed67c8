"""Tells a later machine of a group that the first machine's rendezvous has gone."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from typing import Any

#: The server's startupTimeout is the limit of a start, and nothing limits how long a group lives.
_FOR_EVER = datetime.timedelta(days=365)
#: Nobody writes this key.
_NEVER = "ts-serve/never"
_NO_PORT = -1


def follow_rendezvous(endpoint: str, leave: Callable[[str], None]) -> None:
    """Waits for the store of the rendezvous at ``endpoint``, ``host:port``; calls ``leave`` with the reason
    once it has gone, from a thread.

    To be called before torchrun. torchrun reads who takes part from the store and never looks at it again:
    one that restarts quickly still meets the store of the group that has just broken, takes what is written
    there for its new group, and both machines then wait for each other until their timeouts. This connection
    is older than torchrun's, so a store torchrun met cannot end unseen.
    """
    from torch.distributed import TCPStore
    from torch.distributed.elastic.rendezvous.utils import parse_rendezvous_endpoint

    host, port = parse_rendezvous_endpoint(endpoint, default_port=_NO_PORT)
    if port == _NO_PORT:
        # torchrun refuses it, in words of its own.
        return
    store = TCPStore(host, port, is_master=False, timeout=_FOR_EVER, wait_for_workers=False)
    threading.Thread(target=_watch, args=(store, endpoint, leave), name="ts-rendezvous", daemon=True).start()


def _watch(store: Any, endpoint: str, leave: Callable[[str], None]) -> None:
    try:
        store.wait([_NEVER], _FOR_EVER)
    except RuntimeError:
        leave(f"The rendezvous at {endpoint} has ended")
