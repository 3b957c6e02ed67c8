"""What handlers of the PiPPy days expect of transformers and newer releases do not do any more."""

from __future__ import annotations

from typing import Any

#: Where a model that was made without weights remembers its snapshot, and the memory it may take.
FOLDER_MARK = "ts_snapshot_folder"
MEMORY_MARK = "ts_max_memory"
_MARK = "ts_serve_compat"


def prepare_transformers() -> None:
    """Lets this process's transformers do what unmodified handlers ask of it; nothing happens without
    transformers.

    - ``from_pretrained`` under ``torch.device("meta")``, or with ``low_cpu_mem_usage`` or ``max_memory``,
      makes the model without weights; ``get_pipeline_driver`` reads those of this rank.
    - tokenizers have ``encode_plus``/``batch_encode_plus`` and understand ``pad_to_max_length``.
    """
    try:
        import transformers
    except ImportError:
        return
    _patch_models(transformers)
    _patch_tokenizers(transformers)


def _patch_models(transformers: Any) -> None:
    base = transformers.PreTrainedModel
    original = base.from_pretrained.__func__
    if hasattr(original, _MARK):
        return

    def from_pretrained(cls: Any, path: Any, *args: Any, **kwargs: Any) -> Any:
        if not _wants_meta(kwargs):
            return original(cls, path, *args, **kwargs)
        return _without_weights(transformers, cls, path, kwargs)

    setattr(from_pretrained, _MARK, True)
    base.from_pretrained = classmethod(from_pretrained)


def _wants_meta(kwargs: dict[str, Any]) -> bool:
    import torch

    return torch.get_default_device().type == "meta" or bool(
        kwargs.get("low_cpu_mem_usage") or kwargs.get("max_memory")
    )


def _without_weights(transformers: Any, cls: Any, path: Any, kwargs: dict[str, Any]) -> Any:
    import torch

    config = kwargs.pop("config", None) or transformers.AutoConfig.from_pretrained(path)
    dtype = kwargs.pop("torch_dtype", None) or kwargs.pop("dtype", None) or getattr(config, "dtype", None)
    max_memory = kwargs.pop("max_memory", None)
    for name, value in kwargs.items():
        if hasattr(config, name) and not callable(getattr(config, name)):
            setattr(config, name, value)
    with torch.device("meta"):
        model = cls._from_config(config, dtype=_dtype_of(dtype))
    setattr(model, FOLDER_MARK, str(path))
    setattr(model, MEMORY_MARK, max_memory)
    model.generation_config = _generation_config(transformers, path, config, model)
    return model.eval()


def _dtype_of(dtype: Any) -> Any | None:
    import torch

    return getattr(torch, dtype, None) if isinstance(dtype, str) else dtype


def _generation_config(transformers: Any, path: Any, config: Any, model: Any) -> Any:
    try:
        generation = transformers.GenerationConfig.from_pretrained(path)
    except OSError:
        generation = model.generation_config
    if generation is not None and getattr(config, "use_cache", None) is False:
        generation.use_cache = False
    return generation


def _patch_tokenizers(transformers: Any) -> None:
    base = transformers.PreTrainedTokenizerBase
    original = base.__call__
    if hasattr(original, _MARK):
        return

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs.pop("pad_to_max_length", False):
            kwargs.setdefault("padding", "max_length")
            kwargs.setdefault("truncation", True)
            if self.pad_token is None:
                self.pad_token = self.eos_token
        return original(self, *args, **kwargs)

    setattr(call, _MARK, True)
    base.__call__ = call
    for name in ("encode_plus", "batch_encode_plus"):
        if not hasattr(base, name):
            setattr(base, name, call)
