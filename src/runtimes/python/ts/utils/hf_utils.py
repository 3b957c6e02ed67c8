"""Models of the Hugging Face hub. Needs huggingface_hub."""

from __future__ import annotations

from pathlib import Path

from ts.torch_handler.required import require


def download_model(
    model_id: str = "meta-llama/Meta-Llama-3.1-8B-Instruct",
    revision: str = "main",
    model_path: str = ".cache",
    use_auth_token: bool = True,
) -> Path:
    """
    Downloads a model into the folder `model_path`, made if it is missing, and returns the folder of its files.

    `use_auth_token`: send the token that `huggingface-cli login` stored. Raises MissingPackageError without the package.
    """
    hub = require("huggingface_hub", "ts.utils.hf_utils downloads with it")
    folder = Path(model_path)
    folder.mkdir(parents=True, exist_ok=True)
    found = hub.snapshot_download(
        repo_id=model_id, revision=revision, cache_dir=str(folder), token=use_auth_token
    )
    return Path(found)
