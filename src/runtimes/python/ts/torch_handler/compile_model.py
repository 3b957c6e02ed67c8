"""The `pt2` section of model-config.yaml: torch.compile and torch.export."""

from __future__ import annotations

import importlib
import logging
from typing import Any

from ts.torch_handler.required import has_package, require
from ts.utils.util import check_valid_pt2_backend

torch: Any = require("torch", "BaseHandler is built on it")
logger = logging.getLogger(__name__)

# Packages that tell torch.compile of their backend when they are imported.
BACKEND_PACKAGES = {"openvino": "openvino.torch", "tensorrt": "torch_tensorrt"}


def compile_options(pt2: Any) -> dict[str, Any] | None:
    """Return the keyword arguments for torch.compile that a `pt2` value asks for; None: do not compile.

    `pt2` is {compile: {enable, backend, mode, ...}}, {export: ...}, or (deprecated) a backend's name or a
    map of keyword arguments. A backend that is not known warns and is None.
    Raises ValueError for other values, and when `compile` does not say `enable`.
    """
    if not isinstance(pt2, (str, dict)):
        raise ValueError("pt2 should be str or dict")  # noqa: TRY004 - the type that TorchServe raises
    if isinstance(pt2, dict) and "compile" in pt2:
        options = dict(pt2["compile"])
        if "enable" not in options:
            raise ValueError("pt2.compile in model-config.yaml must say enable: true or enable: false")
        if options.pop("enable") is not True:
            return None
    elif isinstance(pt2, dict) and "export" in pt2:
        return None
    else:
        logger.warning("pt2: %s is the old form; write pt2: {compile: {enable: true, ...}}", pt2)
        options = {"backend": pt2} if isinstance(pt2, str) else dict(pt2)
    if "backend" in options and not check_valid_pt2_backend(options["backend"]):
        return None
    return options


def wants_aot_compile(pt2: Any) -> bool:
    """Say whether `pt2.export.aot_compile` is true: a `.so` may then be loaded."""
    export = pt2.get("export") if isinstance(pt2, dict) else None
    return isinstance(export, dict) and export.get("aot_compile") is True


def compile_model(model: Any, options: dict[str, Any]) -> Any:
    """Return torch.compile(model, **options); when that fails, warn and return the model as it is."""
    described = ", ".join(f"{key} {value}" for key, value in options.items())
    try:
        _announce_backend(options.get("backend"))
        compiled = torch.compile(model, **options)
    except Exception as error:  # noqa: BLE001 - backends raise anything, and the model also runs without
        logger.warning("Compiling the model with %s failed, it runs uncompiled: %s", described, error)
        return model
    logger.info("Compiled model with %s", described)
    return compiled


def _announce_backend(backend: Any) -> None:
    module = BACKEND_PACKAGES.get(backend) if isinstance(backend, str) else None
    if module and has_package(module.split(".")[0]):
        importlib.import_module(module)
