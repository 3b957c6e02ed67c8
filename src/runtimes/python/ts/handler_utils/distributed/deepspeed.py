"""DeepSpeed engines for handlers; the package itself is needed only when an engine is made."""

from __future__ import annotations

import glob
import json
import os
from typing import Any


def get_ds_engine(model: Any, ctx: Any) -> Any:
    """An inference engine for ``model``, made as the section ``deepspeed`` of model-config.yaml says.

    ``deepspeed.config`` names the JSON file of DeepSpeed's settings in the archive, ``deepspeed.checkpoint``
    (optional) the list of checkpoints, which is written from ``handler.model_path`` when it is not there.
    Raises ImportError with the line that installs deepspeed, ValueError for a missing key, FileNotFoundError
    for a missing file.
    """
    config = getattr(ctx, "model_yaml_config", None) or {}
    section = config.get("deepspeed") or {}
    model_dir = str(ctx.system_properties.get("model_dir"))
    if "config" not in section:
        raise ValueError("model-config.yaml must name DeepSpeed's settings file with deepspeed.config.")
    path = os.path.join(model_dir, section["config"])
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f"deepspeed.config names {section['config']}, which is not in the model's archive."
        )
    deepspeed = _deepspeed(getattr(ctx, "model_name", "?"))
    with open(path, encoding="utf-8") as file:
        settings = json.load(file)
    return deepspeed.init_inference(model, config=settings, **_checkpoint(config, section, model_dir))


def create_checkpoints_json(model_path: str, checkpoints_json: str) -> None:
    """Writes the list of a snapshot's weight files in the form DeepSpeed reads."""
    files = [
        path
        for pattern in ("*.safetensors", "*.bin", "*.pt")
        for path in sorted(glob.glob(os.path.join(model_path, "**", pattern), recursive=True))
    ]
    with open(checkpoints_json, "w", encoding="utf-8") as file:
        json.dump({"type": "BLOOM", "checkpoints": files, "version": 1.0}, file)


def _deepspeed(model_name: str) -> Any:
    try:
        import deepspeed
    except ImportError as error:
        raise ImportError(
            f"Model {model_name} needs the package deepspeed, which is not installed for its interpreter. "
            "Install it with: pip install deepspeed"
        ) from error
    return deepspeed


def _checkpoint(config: dict[str, Any], section: dict[str, Any], model_dir: str) -> dict[str, Any]:
    name = section.get("checkpoint")
    if not name:
        return {}
    path = os.path.join(model_dir, name)
    if not os.path.isfile(path):
        model_path = (config.get("handler") or {}).get("model_path")
        if not model_path:
            raise ValueError("deepspeed.checkpoint is written from handler.model_path, which is not set.")
        create_checkpoints_json(os.path.join(model_dir, model_path), path)
    return {"checkpoint": path, "base_dir": model_dir}
