"""Streaming answers, and classes by their names."""

from __future__ import annotations

import importlib

from ts.protocol.otf_message_handler import create_predict_response, send_intermediate_predict_response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["create_predict_response", "import_class", "send_intermediate_predict_response"]


def import_class(class_name: str, module_prefix: str | None = None) -> Any:
    """
    The class `package.module.Class`; `module_prefix` is put in front of the module.

    Raises ImportError when the name names no module or no class, or the module lacks it.
    """
    module_name, _, name = class_name.rpartition(".")
    if module_prefix:
        module_name = f"{module_prefix}.{module_name}" if module_name else module_prefix
    if not name:
        raise ImportError("There is no class to import: its name is empty.")
    if not module_name:
        raise ImportError(f"The class {name!r} cannot be imported: its name does not say from which module.")
    found = getattr(importlib.import_module(module_name), name, None)
    if found is None:
        raise ImportError(f"The module {module_name!r} has no class {name!r}.")
    return found
