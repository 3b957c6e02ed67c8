"""Runs a function in several ranks of a gloo group, forked from the test so that torch is imported once."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any

LIMIT_S = 120


class Context:
    """As much of the worker's context as distributed code reads."""

    def __init__(self, config: dict[str, Any] | None = None, model_dir: str = ".") -> None:
        self.model_name = "split"
        self.model_yaml_config = config or {}
        self.system_properties = {"model_dir": model_dir}


def run_ranks(world: int, program: Callable[[int], Any]) -> list[Any]:
    """What ``program(rank)`` returned on each rank; raises the first rank's error with its traceback."""
    warm_up()
    fork = multiprocessing.get_context("fork")
    pipes = [fork.Pipe(duplex=False) for _ in range(world)]
    port = free_port()
    ranks = [
        fork.Process(target=_rank, args=(rank, world, port, program, pipes[rank][1])) for rank in range(world)
    ]
    for rank in ranks:
        rank.start()
    for _, sender in pipes:
        sender.close()
    try:
        return [_result(receiver, rank) for rank, (receiver, _) in enumerate(pipes)]
    finally:
        for rank in ranks:
            rank.kill()
            rank.join()


def warm_up() -> None:
    """What ranks import should be imported once, before they are forked."""
    import torch.distributed
    from tiny_models import padded_batch, tiny_model

    torch.set_num_threads(1)
    tiny_model("bloom").generate(**padded_batch(), max_new_tokens=1, do_sample=False, pad_token_id=0)


def rank_environment(rank: int, world: int, port: int) -> dict[str, str]:
    """What torchrun tells a rank."""
    names = {
        "RANK": rank,
        "LOCAL_RANK": rank,
        "WORLD_SIZE": world,
        "LOCAL_WORLD_SIZE": world,
        "MASTER_PORT": port,
    }
    return {**{name: str(value) for name, value in names.items()}, "MASTER_ADDR": "127.0.0.1"}


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _result(receiver: Any, rank: int) -> Any:
    if not receiver.poll(LIMIT_S):
        raise AssertionError(f"rank {rank} gave no answer within {LIMIT_S} s")
    try:
        ok, value = pickle.loads(receiver.recv_bytes())
    except EOFError:
        raise AssertionError(f"rank {rank} ended without an answer") from None
    if not ok:
        raise AssertionError(f"rank {rank} failed:\n{value}")
    return value


def _rank(rank: int, world: int, port: int, program: Callable[[int], Any], sender: Any) -> None:
    import torch

    torch.set_num_threads(1)
    os.environ.update(rank_environment(rank, world, port))
    try:
        answer = (True, program(rank))
    except BaseException:  # noqa: BLE001
        answer = (False, traceback.format_exc())
    sender.send_bytes(pickle.dumps(answer))
    sys.stdout.flush()
    sys.stderr.flush()
    # The others may still need this rank's connections, and gloo's threads do not survive an orderly exit.
    if sender.fileno() >= 0:
        multiprocessing.connection.wait([multiprocessing.process.parent_process().sentinel], LIMIT_S)
    os._exit(0)
