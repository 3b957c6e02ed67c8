"""One rank's part of a decoder model: its own layers, run by the model's own forward."""

from __future__ import annotations

from typing import Any

from ts.handler_utils.distributed.layers import find_layers, size_bytes, split_bounds


class Stage:
    """Keeps the layers of one rank and takes the rest out of the model.

    Nothing is traced and no family of models is known here. Every rank runs the unmodified forward on the
    same small inputs (ids, mask, positions), so masks, ALiBi and rotary tables need no code. The token
    embedding of ranks > 0 gives zeros; a hook before the first own layer puts in the hidden state that came
    from the rank before, and a hook after the last own layer breaks off, so that the head runs on the last
    rank alone.
    """

    def __init__(
        self,
        model: Any,
        rank: int,
        world: int,
        layers: str | None = None,
        limits: list[int | None] | None = None,
    ) -> None:
        if getattr(model.config, "is_encoder_decoder", False):
            raise ValueError(
                "Encoder-decoder models cannot be split by get_pipeline_driver; use parallelType tp."
            )
        self.model, self.rank, self.world = model, rank, world
        self.layers_name, blocks = find_layers(model, layers)
        embedding, head = model.get_input_embeddings(), model.get_output_embeddings()
        weights = [size_bytes(block) for block in blocks]
        bounds = split_bounds(weights, world, size_bytes(embedding), size_bytes(head), limits)
        #: The own layers, by their numbers in the whole model.
        self.first, self.end = bounds[rank], bounds[rank + 1]
        self.embedding_name = _name_of(model, embedding)
        self._incoming: Any = None
        self._forward = model.forward
        own = self._keep(blocks)
        if rank > 0:
            model.set_input_embeddings(_zero_embedding(embedding))
            own[0].register_forward_pre_hook(self._put_in, with_kwargs=True)
        if rank < world - 1:
            if head is not None:
                model.set_output_embeddings(_identity())
            own[-1].register_forward_hook(_break_off)

    @property
    def device(self) -> Any:
        """Where the own layers are."""
        return next(self.model.parameters()).device

    def run(self, inputs: dict[str, Any], cache: Any, incoming: Any) -> Any:
        """Computes the own layers for one micro-batch: a hidden state, or the model's output on the last
        rank."""
        import torch

        self._incoming = incoming
        use_cache = cache is not None
        try:
            with torch.no_grad():
                return self._forward(**inputs, past_key_values=cache, use_cache=use_cache, return_dict=True)
        except _StageDone as done:
            return done.hidden
        finally:
            self._incoming = None

    def _keep(self, blocks: Any) -> Any:
        from torch import nn

        owner_name, _, leaf = self.layers_name.rpartition(".")
        own = nn.ModuleList(list(blocks)[self.first : self.end])
        setattr(self.model.get_submodule(owner_name), leaf, own)
        return own

    def _put_in(self, _module: Any, args: Any, kwargs: Any) -> Any:
        if args:
            return (self._incoming, *args[1:]), kwargs
        return args, {**kwargs, "hidden_states": self._incoming}


class _StageDone(BaseException):
    """Carries the hidden state out of the forward; no handler of ordinary exceptions may stop it."""

    def __init__(self, hidden: Any) -> None:
        super().__init__()
        self.hidden = hidden


def _break_off(_module: Any, _args: Any, output: Any) -> None:
    raise _StageDone(output[0] if isinstance(output, tuple) else output)


def _name_of(model: Any, module: Any) -> str:
    return next(name for name, parameter in model.named_parameters() if parameter is module.weight)


def _identity() -> Any:
    from torch import nn

    return nn.Identity()


def _zero_embedding(embedding: Any) -> Any:
    import torch

    width, dtype = embedding.weight.shape[1], embedding.weight.dtype

    class ZeroEmbedding(torch.nn.Module):
        """Stands for the embedding that only rank 0 has."""

        def forward(self, ids: Any) -> Any:
            """Zeros of the embedding's shape and type."""
            return torch.zeros(*ids.shape, width, dtype=dtype, device=ids.device)

    return ZeroEmbedding()
