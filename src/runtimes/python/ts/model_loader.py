"""Finds the handler of a model, by TorchServe's rules, and initializes it."""

from __future__ import annotations

import importlib
import json
import os
from abc import ABCMeta, abstractmethod
from types import ModuleType

from ts.service import Service
from ts.utils.util import list_classes_from_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ts.service import EntryPoint

_BUILT_IN = "ts.torch_handler."
_ENVELOPES = "ts.torch_handler.request_envelope."


class ModelLoaderFactory:
    """Kept for code that asks for a loader by this name."""

    @staticmethod
    def get_model_loader() -> ModelLoader:
        """The loader of Python handlers."""
        return TsModelLoader()


class ModelLoader(metaclass=ABCMeta):
    """Makes a Service of an archive's folder."""

    @abstractmethod
    def load(
        self,
        model_name: str,
        model_dir: str,
        handler: str | None = None,
        gpu_id: int | None = None,
        batch_size: int | None = None,
        envelope: str | None = None,
        limit_max_image_pixels: bool | None = True,
    ) -> Service:
        """Loads a model; raises what its handler raises."""


class TsModelLoader(ModelLoader):
    """The loader that the worker uses."""

    def load(
        self,
        model_name: str,
        model_dir: str,
        handler: str | None = None,
        gpu_id: int | None = None,
        batch_size: int | None = None,
        envelope: str | None = None,
        limit_max_image_pixels: bool | None = True,
        metrics_cache: Any = None,
        manifest: dict[str, Any] | None = None,
        model_yaml_config: dict[str, Any] | None = None,
        before_initialize: Callable[[], None] | None = None,
    ) -> Service:
        """
        Imports the handler, finds its entry point, puts the envelope around it and initializes it. `manifest`
        and `model_yaml_config` are read from the folder when they are not given; `before_initialize` is
        called when the handler's module is imported. Raises ValueError when the module has no entry point,
        ImportError when there is no such module, and what the handler raises.
        """
        if manifest is None:
            manifest = _read_manifest(model_dir)
        if model_yaml_config is None:
            model_yaml_config = _read_config(model_dir, manifest)
        module, function_name = self._load_handler_file(handler or "")
        initialize: Callable[[Any], Any]
        if hasattr(module, function_name):
            entry_point, initialize = self._get_function_entry_point(module, function_name)
        else:
            entry_point, initialize = self._get_class_entry_point(module)
        if envelope:
            entry_point = self._load_default_envelope(envelope)(entry_point).handle
        service = Service(
            model_name,
            model_dir,
            manifest,
            entry_point,
            gpu_id,
            batch_size or 1,
            limit_max_image_pixels,
            metrics_cache,
            model_yaml_config,
        )
        if before_initialize:
            before_initialize()
        initialize(service.context)
        return service

    def _load_handler_file(self, handler: str) -> tuple[ModuleType, str]:
        """The module that `handler` names and the name of the function to look for in it."""
        path, _, function_name = handler.partition(":")
        name = path.removesuffix(".py").rsplit("/", 1)[-1]
        if not name:
            raise ValueError("The archive names no handler.")
        try:
            module = importlib.import_module(name)
        except ImportError as error:
            module = self._load_default_handler(handler, error)
        return module, function_name or "handle"

    def _load_default_handler(self, handler: str, reason: ImportError) -> ModuleType:
        """A handler of the package, for a name that is no module of the archive. Raises ImportError."""
        built_in = _BUILT_IN + handler
        try:
            return importlib.import_module(built_in)
        except ImportError as error:
            # A built-in handler that misses a package says so itself; of all else the archive's own reason
            # counts.
            if getattr(error, "name", None) not in _prefixes(built_in):
                raise
            raise reason from None

    def _load_default_envelope(self, envelope: str) -> type:
        """The class of a service envelope. Raises ImportError for a name that is none."""
        module = importlib.import_module(_ENVELOPES + envelope)
        return list_classes_from_module(module)[0]

    def _get_function_entry_point(
        self, module: ModuleType, function_name: str
    ) -> tuple[EntryPoint, Callable[[Any], Any]]:
        """A function handles and is also what loads: it is called once without data."""
        entry_point = getattr(module, function_name)
        return entry_point, lambda context: entry_point(None, context)

    def _get_class_entry_point(self, module: ModuleType) -> tuple[EntryPoint, Callable[[Any], Any]]:
        """
        The one class that the module defines. Raises ValueError unless there is exactly one, with `handle`.
        """
        classes = list_classes_from_module(module)
        if len(classes) != 1:
            raise ValueError(
                f"Expected only one class in custom service code or a function entry point {classes}"
            )
        handler_class = classes[0]
        if not hasattr(handler_class, "handle"):
            raise ValueError(f"Expect handle method in class {handler_class}")
        instance = handler_class()
        return instance.handle, instance.initialize


def _prefixes(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[: count + 1]) for count in range(len(parts))]


def _read_manifest(model_dir: str) -> dict[str, Any] | None:
    path = os.path.join(model_dir, "MAR-INF", "MANIFEST.json")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def _read_config(model_dir: str, manifest: dict[str, Any] | None) -> dict[str, Any]:
    name = ((manifest or {}).get("model") or {}).get("configFile")
    if not name:
        return {}
    from ts.utils.util import get_yaml_config

    return get_yaml_config(os.path.join(model_dir, name)) or {}
