"""The worker program; twin of main.ts. Started by the server, never by hand."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Dials the server, loads one model, answers batches until the socket closes."""
    own = _take_own_folder()
    searched = sys.path[:]
    # An archive may hold modules named like those of the worker or of the standard library: the worker's are
    # chosen here.
    foreign = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:] = [own, *(path for path in searched if path not in foreign)]
    from ts.worker.session import Session

    session = Session.dial()
    from ts.worker.handler_logging import show_logging
    from ts.worker.load_model import load_model, to_failure

    show_logging()
    sys.path[:] = [*searched] if own in searched else [*searched, own]
    session.run(load_model, to_failure)


def _take_own_folder() -> str:
    """
    Folder that holds the package; this program's own folder is not searched for the modules of handlers.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != here]
    return os.path.dirname(os.path.dirname(here))


if __name__ == "__main__":
    main()
