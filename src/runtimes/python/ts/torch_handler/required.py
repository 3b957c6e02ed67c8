"""Packages that a handler needs: imported when needed, with an error that says what to install."""

from __future__ import annotations

import importlib
import json
import os
import sys
from importlib.util import find_spec
from types import ModuleType

# What `pip install` wants where it differs from what `import` wants.
PIP_NAMES = {
    "PIL": "Pillow",
    "nvidia.dali": "nvidia-dali-cuda120",
    "yaml": "PyYAML",
    "cv2": "opencv-python-headless",
    "sklearn": "scikit-learn",
    "torch_xla": "torch_xla",
    "intel_extension_for_pytorch": "intel-extension-for-pytorch",
}


class MissingPackageError(ImportError):
    """A package that the model needs cannot be imported.

    Attributes: `package` is the name for pip, `model` the model's name or None, `name` the module's name.
    """

    def __init__(self, message: str, package: str, model: str | None, module: str) -> None:
        super().__init__(message, name=module)
        self.package = package
        self.model = model


def require(module: str, purpose: str, package: str | None = None) -> ModuleType:
    """Import `module` and return it; `purpose` tells the reader of the error who needs it.

    `package` is the name for pip, by default the module's first part or its row in PIP_NAMES.
    Raises MissingPackageError when the package is not there, or is there and does not import.
    """
    try:
        return importlib.import_module(module)
    except (ImportError, OSError, RuntimeError) as error:
        if isinstance(error, MissingPackageError):
            raise
        raise missing(module, purpose, error, package) from error


def missing(
    module: str, purpose: str, error: BaseException, package: str | None = None
) -> MissingPackageError:
    """Return the error for a module that failed to import with `error`."""
    wanted = package or pip_name(module)
    model = model_name(os.getcwd())
    who = f"The model {model!r} needs" if model else "This model needs"
    text = (
        f"{who} the Python package {wanted!r} ({purpose}), but {_python()} cannot import it: "
        f"{error}. {_install(wanted)}"
    )
    return MissingPackageError(text, wanted, model, module)


def advice(module: str, model_dir: str) -> str:
    """Return what to do about a module that the code of an archive imports, "" when it is no missing package."""
    package = module.split(".", 1)[0]
    if package == "ts" or has_package(package):
        return ""
    model = model_name(model_dir)
    who = f"the model {model!r} needs it" if model else "this model needs it"
    return f"If it is a package, {who}. {_install(pip_name(module))}"


def has_package(name: str) -> bool:
    """Say whether a package is installed, without importing it."""
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def model_name(model_dir: str) -> str | None:
    """Return the name in the manifest of the model in this folder, or None."""
    try:
        with open(os.path.join(model_dir, "MAR-INF", "MANIFEST.json"), encoding="utf-8") as file:
            name = json.load(file)["model"]["modelName"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return name if isinstance(name, str) else None


def pip_name(module: str) -> str:
    """Return what pip calls the package that `module` is in: its row in PIP_NAMES, or the first part of its name."""
    parts = module.split(".")
    for count in range(len(parts), 0, -1):
        name = PIP_NAMES.get(".".join(parts[:count]))
        if name:
            return name
    return parts[0]


def _install(package: str) -> str:
    return (
        f"Install it: {_python()} -m pip install {package} - or name it in the archive's requirements file and set "
        "install_py_dep_per_model=true."
    )


def _python() -> str:
    return sys.executable or "python"
