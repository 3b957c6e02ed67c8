"""Small functions that handlers use, by TorchServe's public names."""

from __future__ import annotations

import enum
import functools
import json
import os
import re
import warnings
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

CLEANUP_REGEX = re.compile("<.*?>|&([a-z0-9]+|#[0-9]{1,6}|#x[0-9a-f]{1,6});")
"""HTML tags and entities."""

_LABELS_KEY = "object_type_names"


class PT2Backend(str, enum.Enum):
    """Backends that `pt2` of a model's configuration may name for torch.compile."""

    EAGER = "eager"
    AOT_EAGER = "aot_eager"
    INDUCTOR = "inductor"
    NVFUSER = "nvfuser"
    AOT_NVFUSER = "aot_nvfuser"
    AOT_CUDAGRAPHS = "aot_cudagraphs"
    OFI = "ofi"
    FX2TRT = "fx2trt"
    ONNXRT = "onnxrt"
    IPEX = "ipex"
    TORCHXLA_TRACE_ONCE = "torchxla_trace_once"
    OPENVINO = "openvino"
    TENSORRT = "tensorrt"
    HPU_BACKEND = "hpu_backend"


class PredictionException(Exception):
    """
    Raised by a handler to answer its requests with an error of its own.

    `message` is the text of the API's error, `error_code` its HTTP status.
    """

    def __init__(self, message: str, error_code: int = 500) -> None:
        super().__init__(message)
        self.message = message
        self.error_code = error_code

    def __str__(self) -> str:
        return f"{self.message} : {self.error_code}"

    def __reduce__(self) -> tuple:
        return type(self), (self.message, self.error_code)


def check_valid_pt2_backend(backend: str) -> bool:
    """Whether `backend` is one of PT2Backend; one that is not is logged."""
    if any(backend == known.value for known in PT2Backend):
        return True
    _warn(f"{backend} is not a backend of torch.compile that is known here.")
    return False


def list_classes_from_module(module: ModuleType, parent_class: type | None = None) -> list[type]:
    """Classes that `module` itself defines, by name; with `parent_class` only it and its subclasses."""
    members = vars(module)
    classes = dict.fromkeys(members[name] for name in sorted(members) if isinstance(members[name], type))
    return [
        one
        for one in classes
        if one.__module__ == module.__name__ and (parent_class is None or issubclass(one, parent_class))
    ]


def load_label_mapping(mapping_file_path: str) -> dict[str, str] | None:
    """
    Reads an index_to_name.json: index (as text) to label. Of a list of texts the last one is the label, and
    `{"object_type_names": [...]}` is numbered from 0. None, and a warning, when there is no such file.

    Raises ValueError for a file that is no such mapping.
    """
    if not os.path.isfile(mapping_file_path):
        _warn(
            f"There is no file {mapping_file_path!r}: answers have the numbers of classes, not their names."
        )
        return None
    with open(mapping_file_path, encoding="utf-8") as file:
        mapping = json.load(file)
    if not isinstance(mapping, dict):
        raise ValueError(f'{mapping_file_path} must be a JSON object of the form {{"class": "label"}}.')
    names = mapping.get(_LABELS_KEY)
    if isinstance(names, list):
        mapping = {str(index): name for index, name in enumerate(names)}
    return {index: _label(index, value, mapping_file_path) for index, value in mapping.items()}


def map_class_to_label(
    probs: list[Sequence[Any]],
    mapping: dict[str, str] | None = None,
    lbl_classes: Sequence[Sequence[Any]] | None = None,
) -> list[dict[str, Any]]:
    """
    Names the values of each row: `[[0.9, 0.1]]` becomes `[{"cat": 0.9, "dog": 0.1}]`.

    `lbl_classes` gives the class of each value, by default its position; `mapping` gives the label of a class, by
    default the class as text. Of values with one label the last stays.

    Raises TypeError when `probs` is no list, and KeyError for a class that `mapping` lacks.
    """
    if not isinstance(probs, list):
        raise TypeError(
            f"map_class_to_label needs a list of lists, not {type(probs).__name__}: call tolist() first."
        )
    rows = []
    for index, values in enumerate(probs):
        classes = range(len(values)) if lbl_classes is None else lbl_classes[index]
        words = [str(one) for one in classes]
        labels = words if mapping is None else [mapping[word] for word in words[: len(values)]]
        rows.append(dict(zip(labels, values)))
    return rows


def get_yaml_config(yaml_file_path: str) -> Any:
    """The parsed YAML of a file. Needs PyYAML; raises OSError and PyYAML's errors."""
    try:
        import yaml
    except ImportError as error:
        raise ImportError(
            f"Reading {yaml_file_path} needs the package PyYAML, which is not installed. "
            "Install it: pip install PyYAML"
        ) from error
    with open(yaml_file_path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def deprecated(
    version: str, replacement: str = "", klass: type[Warning] = PendingDeprecationWarning
) -> Callable[[Callable], Callable]:
    """Makes a function warn, with `klass`, that it is deprecated since `version`, and names its `replacement`."""

    def decorate(function: Callable) -> Callable:
        @functools.wraps(function)
        def warn_and_call(*args: Any, **kwargs: Any) -> Any:
            hint = f"; use {replacement}" if replacement else ""
            warnings.warn(f"{function.__name__} is deprecated since {version}{hint}", klass, stacklevel=2)
            return function(*args, **kwargs)

        return warn_and_call

    return decorate


def _label(index: str, value: Any, path: str) -> str:
    label = value[-1] if isinstance(value, list) and value else value
    if not isinstance(label, str):
        raise ValueError(f"The label of class {index} in {path} must be a text or a list of texts.")
    return label


def _warn(message: str) -> None:
    # Loaded here: the worker itself uses this module and has no need for logging.
    import logging

    logging.getLogger(__name__).warning(message)
