"""How the ranks of a pipeline talk: commands from rank 0, and tensors from each rank to the next."""

from __future__ import annotations

import json
from typing import Any

from ts.handler_utils.distributed.peers import watch_peers

#: Commands may come hours apart, so their receives must not end by themselves.
_YEAR_DAYS = 365
#: More dimensions than any hidden state has.
_MAX_DIMS = 6
#: What a tensor on its way is: of the model's head, a hidden state, or nothing because its stage failed.
LOGITS, HIDDEN, FAILED = 0, 1, 2


class StageFailed(RuntimeError):
    """A rank could not compute its part; its own log has the traceback."""


class Channels:
    """The process groups of one pipeline. Every rank makes it at the same time, on an initialised process
    group.

    Sizes and kinds always travel over gloo; the tensors do too on a CPU, and over NCCL on GPUs. ``timeout_s``
    bounds each transfer, not the waiting for a command.
    """

    def __init__(self, timeout_s: float) -> None:
        import datetime

        import torch.distributed as dist

        self._dist = dist
        self.rank = dist.get_rank()
        self.world = dist.get_world_size()
        self.on_gpu = "nccl" in dist.get_backend()
        limit = datetime.timedelta(seconds=timeout_s)
        self._commands = dist.new_group(backend="gloo", timeout=datetime.timedelta(days=_YEAR_DAYS))
        self._sizes = dist.new_group(backend="gloo", timeout=limit)
        # The way back has a communicator of its own: on one NCCL communicator a rank that sends waits for the
        # other's receive, and two ranks that both send would wait for ever.
        ends = sorted({0, self.world - 1})
        self._back = dist.new_group(ends, backend="nccl", timeout=limit) if self.on_gpu else self._sizes
        self._onward = dist.group.WORLD if self.on_gpu else self._sizes
        self._pending: list[tuple[Any, Any]] = []

    def watch(self) -> None:
        """Ends this process when another rank has gone. For rank 0; see ``watch_peers``."""
        watch_peers(self._commands, self.world)

    def barrier(self) -> None:
        """Waits for all ranks, however long their loading takes: the server's startupTimeout is the limit."""
        self._dist.barrier(group=self._commands)

    def tell(self, command: dict[str, Any], tensors: dict[str, Any]) -> None:
        """Sends a command of plain JSON values with small tensors to all other ranks. For rank 0.

        It does not wait for them: a rank takes a command when it is done with the one before.
        """
        import torch

        payload = _pack(command, tensors)
        size = torch.tensor([payload.numel()])
        for rank in range(1, self.world):
            for message in (size, payload):
                self._pending.append((self._dist.isend(message, rank, group=self._commands), message))

    def next_command(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Waits for the next command of rank 0: its values and its tensors, on the CPU."""
        import torch

        size = torch.empty(1, dtype=torch.long)
        self._dist.recv(size, 0, group=self._commands)
        payload = torch.empty(int(size), dtype=torch.uint8)
        self._dist.recv(payload, 0, group=self._commands)
        return _unpack(payload)

    def put(self, tensor: Any, kind: int) -> None:
        """Sends to the next rank, the last one to rank 0, without waiting for the receiver. ``None`` for
        FAILED."""
        import torch

        to = (self.rank + 1) % self.world
        shape = list(tensor.shape) if tensor is not None else []
        dtype = _dtypes().index(tensor.dtype) if tensor is not None else 0
        header = torch.tensor([kind, dtype, len(shape)] + shape + [0] * (_MAX_DIMS - len(shape)))
        self._pending.append((self._dist.isend(header, to, group=self._sizes), header))
        if tensor is not None:
            raw = tensor.contiguous().reshape(-1).view(torch.uint8)
            group = self._back if to == 0 else self._onward
            self._pending.append((self._dist.isend(raw, to, group=group), raw))

    def take(self, device: Any) -> tuple[int, Any]:
        """Receives from the rank before, on rank 0 from the last: the kind and the tensor, None for
        FAILED."""
        import torch

        source = (self.rank - 1) % self.world
        header = torch.empty(3 + _MAX_DIMS, dtype=torch.long)
        self._dist.recv(header, source, group=self._sizes)
        kind, dtype, dims, *shape = header.tolist()
        if kind == FAILED:
            return kind, None
        tensor = torch.empty(shape[:dims], dtype=_dtypes()[dtype], device=device)
        group = self._back if self.rank == 0 else self._onward
        self._dist.recv(tensor.reshape(-1).view(torch.uint8), source, group=group)
        return kind, tensor

    def flush(self) -> None:
        """Waits until everything that was put and told has been received."""
        pending, self._pending = self._pending, []
        for work, _ in pending:
            work.wait()


def _pack(command: dict[str, Any], tensors: dict[str, Any]) -> Any:
    import torch

    described, bodies = [], []
    for name, tensor in tensors.items():
        plain = tensor.detach().cpu().contiguous()
        described.append([name, _dtypes().index(plain.dtype), list(plain.shape)])
        bodies.append(plain.reshape(-1).view(torch.uint8))
    header = json.dumps({"command": command, "tensors": described}).encode()
    prefix = bytearray(len(header).to_bytes(8, "little") + header)
    return torch.cat([torch.frombuffer(prefix, dtype=torch.uint8), *bodies])


def _unpack(payload: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    size = int.from_bytes(bytes(payload[:8].tolist()), "little")
    header = json.loads(bytes(payload[8 : 8 + size].tolist()))
    tensors, at = {}, 8 + size
    for name, dtype_index, shape in header["tensors"]:
        dtype = _dtypes()[dtype_index]
        count = dtype.itemsize
        for length in shape:
            count *= length
        # A copy is aligned to its element size, a slice of the payload need not be.
        tensors[name] = payload[at : at + count].clone().view(dtype).reshape(shape)
        at += count
    return header["command"], tensors


def _dtypes() -> list[Any]:
    import torch

    return [
        torch.float32, torch.float16, torch.bfloat16, torch.float64,
        torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool,
    ]  # fmt: skip
