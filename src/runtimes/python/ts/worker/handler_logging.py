"""Shows what handlers log, as TorchServe does; `logging` is imported by handlers that log, not by the worker."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


def show_logging() -> None:
    """
    From INFO on, messages go to the model log: warnings and worse by standard error, which is logged as WARN, others by
    standard output. A handler that sets logging up by itself replaces this with `force=True`, or adds to it.
    """
    logging = sys.modules.get("logging")
    if logging is not None:
        _set_up(logging)
    else:
        sys.meta_path.insert(0, _WhenImported())


class _WhenImported:
    """Sees the import of `logging`, and lets the other finders find it."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != "logging":
            return None
        sys.meta_path.remove(self)
        found = (finder.find_spec(name, path, target) for finder in sys.meta_path)
        spec = next((each for each in found if each is not None), None)
        if spec is not None and spec.loader is not None:
            spec.loader = _SetsUp(spec.loader)
        return spec


class _SetsUp:
    """Loads as the real loader does, and sets the module up."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: Any) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        _set_up(module)


def _set_up(logging: Any) -> None:
    root = getattr(logging, "root", None)
    # A module of the archive may have this name.
    if root is None or root.handlers:
        return
    quiet = logging.StreamHandler(sys.stdout)
    quiet.addFilter(lambda record: record.levelno < logging.WARNING)
    loud = logging.StreamHandler(sys.stderr)
    loud.setLevel(logging.WARNING)
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[quiet, loud])
