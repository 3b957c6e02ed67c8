"""Rank 0's side of a pipeline: the model's forward, spread over the ranks with several micro-batches in
flight."""

from __future__ import annotations

import inspect
import threading
import weakref
from typing import Any

from ts.handler_utils.distributed.channels import FAILED, HIDDEN, Channels, StageFailed
from ts.handler_utils.distributed.stage import Stage
from ts.handler_utils.distributed.stage_loop import Session, change, put_output

#: Arguments of a forward that have no row per sequence, whatever their length.
_SHARED = ("cache_position",)
#: Asked for by callers who want more than logits.
_REFUSED = ("inputs_embeds", "output_hidden_states", "output_attentions", "labels", "head_mask")


class Driver:
    """Replaces ``model.forward`` on rank 0, so that handlers call ``model(...)`` and ``model.generate(...)``
    as before.

    A batch is cut into at most ``chunks`` micro-batches. While the next rank computes one of them, this one
    computes the next; the answers come back from the last rank. One call runs at a time.
    """

    def __init__(self, stage: Stage, channels: Channels, chunks: int) -> None:
        self._stage = stage
        self._channels = channels
        self._chunks = max(1, chunks)
        self._sessions: dict[int, Session] = {}
        self._ended: list[int] = []
        self._next_session = 1
        self._lock = threading.Lock()
        self._signature = inspect.signature(stage.model.forward)

    def install(self) -> None:
        """Puts itself in the place of the model's forward. ``generate()`` reads its signature, so that is
        kept."""

        def forward(*args: Any, **kwargs: Any) -> Any:
            return self.forward(*args, **kwargs)

        forward.__signature__ = self._signature
        self._stage.model.forward = forward

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The model's forward. Raises ValueError for arguments a pipeline cannot serve, StageFailed if a rank
        failed."""
        inputs = {**dict(zip(self._signature.parameters, args)), **kwargs}
        cache = self._take_options(inputs)
        parts = self._cut(inputs)
        with self._lock:
            session = self._session_of(cache) if cache is not None else None
            try:
                kind, rows = self._flow(parts, session)
            except BaseException:
                # Some ranks went further than others: nobody may go on with these caches.
                if session is not None:
                    self._ended.append(session)
                raise
        return _output(kind, rows, cache)

    def stop(self) -> None:
        """Ends the loops of the other ranks."""
        with self._lock:
            self._channels.tell({"op": "stop"}, {})
            self._channels.flush()

    def _take_options(self, inputs: dict[str, Any]) -> Any:
        """Takes out what is not handed on; gives the cache to use, None without one."""
        for name in _REFUSED:
            value = inputs.pop(name, None)
            if value is not None and value is not False:
                raise ValueError(
                    f"A pipelined model takes input_ids and returns logits; it cannot serve {name!r}."
                )
        if inputs.get("input_ids") is None:
            raise ValueError("A pipelined model needs input_ids.")
        inputs.pop("return_dict", None)
        cache = inputs.pop("past_key_values", None)
        use_cache = inputs.pop("use_cache", None)
        if cache is None or use_cache is False:
            return None
        if type(cache).__name__ not in ("DynamicCache", "EncoderDecoderCache"):
            raise ValueError(f"A pipelined model keeps dynamic caches only, not {type(cache).__name__}.")
        return cache

    def _cut(self, inputs: dict[str, Any]) -> list[dict[str, Any]]:
        import torch

        batch = inputs["input_ids"].shape[0]
        count = min(self._chunks, batch)

        def part_of(name: str, value: Any, index: int) -> Any:
            split = (
                torch.is_tensor(value) and value.ndim > 1 and value.shape[0] == batch and name not in _SHARED
            )
            return value.tensor_split(count)[index].contiguous() if split else value

        return [
            {name: part_of(name, value, index) for name, value in inputs.items()} for index in range(count)
        ]

    def _flow(self, parts: list[dict[str, Any]], session: int | None) -> tuple[int, list[Any]]:
        """Sends every micro-batch on its way, then collects them: no rank waits for another's next one."""
        sent = 0
        try:
            for index, part in enumerate(parts):
                self._send(index, part, parts, session)
                sent += 1
        finally:
            # What is on its way comes back, also when this rank failed: the next call must not find it.
            answers = [self._channels.take(self._stage.device) for _ in range(sent)]
            self._channels.flush()
        if any(kind == FAILED for kind, _ in answers):
            raise StageFailed("Another rank of the pipeline failed; the model log has its traceback.")
        return answers[0][0], [rows for _, rows in answers]

    def _send(
        self, index: int, part: dict[str, Any], parts: list[dict[str, Any]], session: int | None
    ) -> None:
        import torch

        sizes = [len(each["input_ids"]) for each in parts]
        cache = None
        if session is not None:
            own = self._sessions[session]
            own.sizes = sizes
            cache = own.cache(self._stage, index)
        tensors = {name: value for name, value in part.items() if torch.is_tensor(value)}
        values = {name: _plain(name, value) for name, value in part.items() if not torch.is_tensor(value)}
        # Computed first: what fails here, such as a token the model does not know, concerns nobody else.
        hidden = self._stage.run(part, cache, None)
        command = {"op": "run", "session": session, "part": index, "sizes": sizes, "values": values}
        self._channels.tell({**command, "free": self._freed()}, tensors)
        put_output(self._channels, hidden)

    def _freed(self) -> list[int]:
        """Sessions whose caches nobody holds any more; the other ranks drop theirs with the next command."""
        freed = []
        while self._ended:
            freed.append(self._ended.pop())
        for session in freed:
            self._sessions.pop(session, None)
        return freed

    def _session_of(self, cache: Any) -> int:
        """The number of the session this cache object of the caller stands for."""
        known = getattr(cache, "ts_session", None)
        if known is not None:
            return known
        session = self._next_session
        self._next_session += 1
        held = self._sessions[session] = Session()
        first = held.cache(self._stage, 0)
        cache.ts_session = session
        cache.get_seq_length = lambda layer_idx=0: first.get_seq_length(layer_idx)
        cache.reorder_cache = lambda rows: self._change(session, {"op": "reorder"}, {"rows": rows})
        cache.crop = lambda amount: self._change(session, {"op": "crop", "amount": int(amount)}, {})
        weakref.finalize(cache, self._ended.append, session)
        return session

    def _change(self, session: int, command: dict[str, Any], tensors: dict[str, Any]) -> None:
        with self._lock:
            change(self._sessions.get(session), command, tensors)
            self._channels.tell({**command, "session": session}, tensors)
            self._channels.flush()


def _plain(name: str, value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise ValueError(f"A pipelined model cannot hand {name!r}, a {type(value).__name__}, to its other ranks.")


def _output(kind: int, rows: list[Any], cache: Any) -> Any:
    import torch
    from transformers.modeling_outputs import (
        BaseModelOutputWithPast,
        CausalLMOutputWithPast,
    )

    joined = rows[0] if len(rows) == 1 else torch.cat(rows)
    if kind == HIDDEN:
        return BaseModelOutputWithPast(last_hidden_state=joined, past_key_values=cache)
    return CausalLMOutputWithPast(logits=joined, past_key_values=cache)
