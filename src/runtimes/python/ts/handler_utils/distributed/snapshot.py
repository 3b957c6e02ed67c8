"""Where a model's Hugging Face snapshot is: a folder, or a zip file among the archive's extra files."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from typing import Any

#: What the field's tutorials call the zipped snapshot, and the folder it is unpacked into.
ZIP_NAME = "model.zip"
FOLDER_NAME = "model"
SETUP_FILE = "setup_config.json"


def snapshot_folder(path: str | None, model_dir: str) -> str | None:
    """The folder ``handler.model_path`` means; a zip file is unpacked beside itself, once for all ranks.

    ``path`` may be absolute or relative to the model's folder. Without one, ``model.zip`` or ``model/`` of
    the model's folder count. None when there is nothing of that kind (the path may be a name on the hub).
    """
    wanted = path or (ZIP_NAME if os.path.isfile(os.path.join(model_dir, ZIP_NAME)) else FOLDER_NAME)
    place = os.path.join(model_dir, wanted)
    if os.path.isdir(place):
        return _with_weights(place)
    zipped = place if place.endswith(".zip") else f"{place}.zip"
    if os.path.isfile(zipped):
        return _with_weights(unpack_once(zipped, zipped[: -len(".zip")]))
    return None


def setup_config(model_dir: str) -> dict[str, Any]:
    """The ``setup_config.json`` of the field's tutorials; empty without one. Raises ValueError for broken
    JSON."""
    path = os.path.join(model_dir, SETUP_FILE)
    if not os.path.isfile(path):
        return {}
    with open(path, encoding="utf-8") as file:
        try:
            read = json.load(file)
        except ValueError as error:
            raise ValueError(f"{SETUP_FILE} is no JSON: {error}") from error
    if not isinstance(read, dict):
        raise ValueError(f"{SETUP_FILE} must hold a JSON object.")  # noqa: TRY004
    return read


def unpack_once(archive: str, folder: str) -> str:
    """Unpacks a zip file into ``folder``; ranks and workers that come later or at the same time find it
    done."""
    if os.path.isdir(folder):
        return folder
    parent = os.path.dirname(folder) or "."
    fresh = tempfile.mkdtemp(prefix=".unpack-", dir=parent)
    try:
        with zipfile.ZipFile(archive) as opened:
            # extractall keeps every entry inside the folder.
            opened.extractall(fresh)
        os.chmod(fresh, 0o755)
        os.rename(fresh, folder)
    except OSError:
        # Somebody was faster: a folder that is not empty cannot be replaced.
        if not os.path.isdir(folder):
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder


def _with_weights(folder: str) -> str:
    """The folder itself, or the one folder below it that holds the snapshot: zips often contain it as a
    folder."""
    for place in _places(folder):
        if os.path.isfile(os.path.join(place, "config.json")):
            return place
    return folder


def _places(folder: str) -> Iterator[str]:
    yield folder
    for name in sorted(os.listdir(folder)):
        if os.path.isdir(os.path.join(folder, name)):
            yield os.path.join(folder, name)
    snapshots = os.path.join(folder, "snapshots")
    if os.path.isdir(snapshots):
        for name in sorted(os.listdir(snapshots)):
            yield os.path.join(snapshots, name)
