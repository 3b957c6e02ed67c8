"""What the ranks behind the first do all the time: obey rank 0's commands."""

from __future__ import annotations

import threading
import traceback
from typing import Any

from ts.handler_utils.distributed.channels import FAILED, HIDDEN, LOGITS, Channels
from ts.handler_utils.distributed.peers import leave_broken_group
from ts.handler_utils.distributed.stage import Stage
from ts.handler_utils.distributed.stage_cache import new_stage_cache, reorder
from ts.worker.broken_group import is_transport_error


class Session:
    """The caches of one sequence of calls (one ``generate()``): one per micro-batch."""

    def __init__(self) -> None:
        self.caches: dict[int, Any] = {}
        self.sizes: list[int] = []

    def cache(self, stage: Stage, part: int) -> Any:
        """The cache of one micro-batch, made when it is first asked for."""
        if part not in self.caches:
            self.caches[part] = new_stage_cache(stage.model.config, stage.first, stage.end)
        return self.caches[part]

    def ordered(self) -> list[Any]:
        """Its caches in the order of the micro-batches."""
        return [self.caches[part] for part in sorted(self.caches)]


class StageLoop:
    """Serves one stage on a thread of its own, since the rank's main thread waits for the server."""

    def __init__(self, stage: Stage, channels: Channels) -> None:
        self._stage = stage
        self._channels = channels
        self._sessions: dict[int, Session] = {}

    def start(self) -> threading.Thread:
        """Begins to obey."""
        thread = threading.Thread(target=self._serve, name="ts-pipeline-stage", daemon=True)
        thread.start()
        return thread

    def _serve(self) -> None:
        """A stage that cannot go on must not look alive: the group is ended and started again as a whole."""
        try:
            if self._channels.on_gpu:
                import torch

                torch.cuda.set_device(self._stage.device)
            while self._obey(*self._channels.next_command()):
                pass
        except BaseException as error:  # noqa: BLE001  whatever it was, nobody else would see it
            story = traceback.format_exc()
            rank = self._stage.rank
            leave_broken_group(f"Rank {rank} of the pipeline cannot go on: {error}\n{story}")

    def _obey(self, command: dict[str, Any], tensors: dict[str, Any]) -> bool:
        for freed in command.get("free", []):
            self._sessions.pop(freed, None)
        operation = command["op"]
        if operation == "run":
            self._run(command, tensors)
        elif operation in ("reorder", "crop"):
            change(self._sessions.get(command["session"]), command, tensors)
        return operation != "stop"

    def _run(self, command: dict[str, Any], tensors: dict[str, Any]) -> None:
        channels, stage = self._channels, self._stage
        kind, hidden = channels.take(stage.device)
        if kind == FAILED:
            channels.put(None, FAILED)
        else:
            try:
                inputs = {
                    **command["values"],
                    **{name: each.to(stage.device) for name, each in tensors.items()},
                }
                output = stage.run(inputs, self._cache(command), hidden)
            except Exception as error:
                if _is_final(error):
                    raise
                traceback.print_exc()
                channels.put(None, FAILED)
            else:
                put_output(channels, output)
        # Not before: the last rank's answers are received when rank 0 has sent all micro-batches.
        if command["part"] == len(command["sizes"]) - 1:
            channels.flush()

    def _cache(self, command: dict[str, Any]) -> Any | None:
        number = command["session"]
        if number is None:
            return None
        if number not in self._sessions:
            self._sessions[number] = Session()
        session = self._sessions[number]
        session.sizes = command["sizes"]
        return session.cache(self._stage, command["part"])


def put_output(channels: Channels, output: Any) -> None:
    """Sends what a stage computed: the hidden state, or of the last one the logits (else the last hidden
    state)."""
    logits = getattr(output, "logits", None)
    if logits is not None:
        channels.put(logits, LOGITS)
    else:
        hidden = getattr(output, "last_hidden_state", None)
        channels.put(output if hidden is None else hidden, HIDDEN)


def change(session: Session | None, command: dict[str, Any], tensors: dict[str, Any]) -> None:
    """Changes the caches of a session as ``generate()`` asked rank 0 to."""
    if session is None:
        return
    if command["op"] == "reorder":
        reorder(session.ordered(), session.sizes, tensors["rows"])
        return
    for cache in session.ordered():
        cache.shorten(command["amount"])


def _is_final(error: Exception) -> bool:
    """After a fault of the device or of the connection this process cannot compute any more."""
    return "CUDA error" in str(error) or is_transport_error(error)
