"""Streams the texts that a transformers model generates for a batch. Needs transformers."""

from __future__ import annotations

from ts.torch_handler.required import require

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_transformers = require("transformers", "ts.handler_utils.hf_batch_streamer streams with it")
TextIteratorStreamer = _transformers.TextIteratorStreamer


class TextIteratorStreamerBatch(_transformers.generation.streamers.BaseStreamer):
    """
    A `streamer` for `model.generate` of `batch_size` prompts. Iterating gives, for each step, a list of one
    `{"text": …}` per prompt; it ends as soon as the text of one prompt does.

    `skip_prompt`: leave out the prompts. `timeout`: seconds to wait for a step, None = without limit; a longer one
    raises queue.Empty. `decode_kwargs` go to the tokenizer's `decode`.
    """

    def __init__(
        self,
        tokenizer: Any,
        batch_size: int,
        skip_prompt: bool = False,
        timeout: float | None = None,
        **decode_kwargs: Any,
    ) -> None:
        self.batch_size = batch_size
        self.streamers = [
            TextIteratorStreamer(tokenizer, skip_prompt=skip_prompt, timeout=timeout, **decode_kwargs)
            for _ in range(batch_size)
        ]
        self.streamer_iterators = [iter(streamer) for streamer in self.streamers]

    def put(self, value: Any) -> None:
        """Takes the next tokens: a tensor of shape [batch], or [batch, tokens]. Raises ValueError for other shapes."""
        if len(value.shape) not in (1, 2) or value.shape[0] != self.batch_size:
            raise ValueError(
                f"The streamer is for {self.batch_size} texts, but the tokens have the shape {tuple(value.shape)}."
            )
        for index, streamer in enumerate(self.streamers):
            row = value[index]
            streamer.put(row if len(row.shape) > 0 else value[index : index + 1])

    def end(self) -> None:
        """Ends every text."""
        for streamer in self.streamers:
            streamer.end()

    def __iter__(self) -> TextIteratorStreamerBatch:
        return self

    def __next__(self) -> list[dict[str, str]]:
        return [{"text": next(texts)} for texts in self.streamer_iterators]
