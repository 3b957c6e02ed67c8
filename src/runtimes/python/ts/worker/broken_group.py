"""Tells from what a handler raised that its group of ranks is broken."""

from __future__ import annotations

import os
import re
import sys

from ts.worker.process import LAUNCHER_VARIABLE

#: Exit code of a rank whose group is broken: another rank's end was the cause.
BROKEN_GROUP = 70
#: Gloo raises plain RuntimeErrors that begin with the place in its own code.
_OF_GLOO = re.compile(r"\[[^\]]*\bgloo/")
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
        if is_transport_error(looked_at):
            return True
        looked_at = looked_at.__cause__ or looked_at.__context__
    return False


def is_transport_error(error: BaseException) -> bool:
    """
    Whether torch.distributed could not reach another rank. Told by type and by the text's beginning: the rest
    of a handler's message may be what a client sent.
    """
    dist = sys.modules.get("torch.distributed")
    if dist is not None and isinstance(error, getattr(dist, "DistError", ())):
        return True
    return isinstance(error, RuntimeError) and _OF_GLOO.match(str(error)) is not None
