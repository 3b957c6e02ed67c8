"""
Program: makes a virtual environment that also sees the packages of the Python that runs this.

    python setup_model_venv.py <folder>
"""

from __future__ import annotations

import site
import sys
import sysconfig
import venv
from pathlib import Path


def create_venv(venv_path: str) -> None:
    """Makes an environment with pip in the folder `venv_path`, in place of one that is there."""
    venv.create(venv_path, clear=True, with_pip=True)


def inherit_site_packages(venv_path: str) -> None:
    """Lets the environment find this Python's packages, after its own."""
    inherited = [one for one in [site.getusersitepackages(), *site.getsitepackages()] if Path(one).is_dir()]
    base = {"base": venv_path, "platbase": venv_path}
    own = Path(sysconfig.get_path("purelib", vars=base))
    (own / "inherited-site-packages.pth").write_text(
        "".join(f"{one}\n" for one in inherited), encoding="utf-8"
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"Usage: {sys.argv[0]} <folder>")
    create_venv(sys.argv[1])
    inherit_site_packages(sys.argv[1])
