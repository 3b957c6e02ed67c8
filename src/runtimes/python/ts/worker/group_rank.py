"""One rank of a group: the worker program, tied to the life of its launcher. Started by torchrun, never by
hand."""

from __future__ import annotations

import os
import runpy


def main() -> None:
    """Runs the worker program after making sure that it ends with the program that started it."""
    here = os.path.dirname(os.path.abspath(__file__))
    parent = runpy.run_path(os.path.join(here, "group_parent.py"))
    parent["die_with_parent"](int(os.environ.get("TS_SERVE_LAUNCHER", os.getppid())))
    runpy.run_path(os.path.join(here, "group_relay.py"))["relay_requests"]()
    runpy.run_path(os.path.join(here, "main.py"), run_name="__main__")


if __name__ == "__main__":
    main()
