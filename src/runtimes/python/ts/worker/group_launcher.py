"""Starts the ranks of one worker through torchrun. Started by the server, never by hand."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any, ClassVar, NoReturn

#: How often ranks are looked at, seconds: torchrun itself looks every tenth of a second.
_POLL_S = 0.05
#: How long the cause may be seen after what follows from it, seconds.
_CAUSE_S = 0.25
#: Exit code of a rank whose group is broken: it follows from another rank's end.
_BROKEN_GROUP = 70
LAUNCHER_VARIABLE = "TS_SERVE_LAUNCHER"


def main() -> None:
    """Runs torchrun with this program's arguments; ends as the first rank that failed, and lets none live
    on."""
    _choose_modules()
    from ts.worker.group_parent import die_with_parent

    die_with_parent(os.getppid())
    os.environ[LAUNCHER_VARIABLE] = str(os.getpid())
    subprocess.Popen = RankProcess  # type: ignore[misc]
    threading.Thread(target=watch, name="ts-ranks", daemon=True).start()
    from torch.distributed import run

    try:
        _follow_first_machine()
        run.run(run.parse_args(sys.argv[1:]))
    except BaseException as error:  # noqa: BLE001  it decides how this program ends
        _end_by(error)
    finally:
        kill_ranks()


class RankProcess(subprocess.Popen):  # type: ignore[type-arg]
    """A process torchrun starts; those that are ranks are remembered."""

    #: Written by the thread that starts ranks, read by the one that watches them.
    ranks: ClassVar[list[RankProcess]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        environment = kwargs.get("env") or {}
        self.rank: str | None = environment.get("RANK")
        if self.rank is not None:
            RankProcess.ranks.append(self)


def watch() -> None:
    """Looks until a rank fails, or all have ended well."""
    while True:
        time.sleep(_POLL_S)
        ranks = list(RankProcess.ranks)
        codes = [rank.poll() for rank in ranks]
        if any(code not in (None, 0) for code in codes):
            if all(code in (None, 0, _BROKEN_GROUP) for code in codes):
                time.sleep(_CAUSE_S)
            _end_as(_first_failed(ranks))
        if ranks and len(ranks) == _local_ranks() and all(code == 0 for code in codes) and _alone():
            os._exit(0)


def _first_failed(ranks: list[RankProcess]) -> RankProcess:
    """Of ranks that ended at about the same time: a rank that says its group is broken was not the first."""
    failed = [rank for rank in ranks if rank.poll() not in (None, 0)]
    causes = [rank for rank in failed if rank.returncode != _BROKEN_GROUP]
    signalled = [rank for rank in causes if rank.returncode < 0]
    return (signalled or causes or failed)[0]


def _end_as(rank: RankProcess) -> NoReturn:
    """Ends every rank and this program in the way that rank ended, so that the server reads the cause of
    it."""
    code = rank.returncode
    how = f"ended with exit code {code}" if code > 0 else f"was ended by {signal.Signals(-code).name}"
    print(f"Rank {rank.rank} (pid {rank.pid}) {how}; its group is ended.", file=sys.stderr, flush=True)
    kill_ranks()
    if code > 0:
        os._exit(code)
    # Signals that torchrun handles would not end this program; shells' numbers tell of them.
    if signal.getsignal(-code) in (signal.SIG_DFL, None):
        os.kill(os.getpid(), -code)
        time.sleep(_POLL_S)
    os._exit(128 - code)


def _follow_first_machine() -> None:
    """On a later machine of a group with a fixed meeting place: ends with the first machine's part of it."""
    if _option("--rdzv-backend") != "static" or int(_option("--node-rank") or 0) == 0:
        return
    from ts.worker.group_rendezvous import follow_rendezvous

    def leave(reason: str) -> None:
        print(f"{reason}; this machine's part of the group is ended.", file=sys.stderr, flush=True)
        kill_ranks()
        os._exit(_BROKEN_GROUP)

    follow_rendezvous(_option("--rdzv-endpoint") or "", leave)


def kill_ranks() -> None:
    """Ranks have sessions of their own, so each is killed with its group."""
    for rank in RankProcess.ranks:
        if rank.poll() is not None:
            continue
        try:
            os.killpg(rank.pid, signal.SIGKILL)
        except OSError:
            rank.kill()


def _end_by(error: BaseException) -> NoReturn:
    """torchrun gave up: no rendezvous, options it does not know."""
    for rank in RankProcess.ranks:
        if rank.poll() not in (None, 0):
            _end_as(_first_failed(RankProcess.ranks))
    if not isinstance(error, SystemExit):
        sys.__excepthook__(type(error), error, error.__traceback__)
    sys.stderr.flush()
    kill_ranks()
    code = error.code if isinstance(error, SystemExit) else 1
    os._exit(code if isinstance(code, int) else 1)


def _choose_modules() -> None:
    """An archive may hold modules named like torch's own: those beside the interpreter come first here."""
    here = os.path.dirname(os.path.abspath(__file__))
    foreign = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    others = [path for path in sys.path if os.path.abspath(path or ".") != here]
    own = os.path.dirname(os.path.dirname(here))
    sys.path[:] = [
        own,
        *(path for path in others if path not in foreign),
        *(path for path in others if path in foreign),
    ]


def _local_ranks() -> int:
    return int(_option("--nproc-per-node") or 1)


def _alone() -> bool:
    """Whether no other machine depends on this one's rendezvous."""
    return _option("--nnodes") == "1"


def _option(name: str) -> str | None:
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else None


if __name__ == "__main__":
    main()
