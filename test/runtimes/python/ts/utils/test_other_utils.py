"""timeit, download_model, and the program that makes virtual environments."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import types
import unittest
import venv
from pathlib import Path


class Timeit(unittest.TestCase):
    def test_a_call_prints_its_name_and_time_also_when_it_raises(self):
        from ts.utils.timeit_decorator import timeit

        @timeit
        def halve(number):
            return 10 / number

        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            self.assertEqual(halve(2), 5)
            with self.assertRaises(ZeroDivisionError):
                halve(0)
        self.assertRegex(text.getvalue(), r"^(halve: \d+\.\d{3} ms\n){2}$")


class DownloadModel(unittest.TestCase):
    def test_the_hub_is_asked_and_the_folder_is_made(self):
        from ts.utils.hf_utils import download_model

        asked = []
        hub = types.ModuleType("huggingface_hub")
        hub.snapshot_download = lambda **what: asked.append(what) or f"{what['cache_dir']}/snapshot"
        before = sys.modules.get("huggingface_hub")
        sys.modules["huggingface_hub"] = hub
        try:
            with tempfile.TemporaryDirectory() as folder:
                cache = os.path.join(folder, "deep", "cache")
                found = download_model("some/model", "v2", cache, use_auth_token=False)
                self.assertEqual(found, Path(cache, "snapshot"))
                self.assertTrue(os.path.isdir(cache))
        finally:
            del sys.modules["huggingface_hub"]
            if before is not None:
                sys.modules["huggingface_hub"] = before
        self.assertEqual(
            asked, [{"repo_id": "some/model", "revision": "v2", "cache_dir": cache, "token": False}]
        )


class VirtualEnvironment(unittest.TestCase):
    def test_it_finds_the_packages_of_the_python_that_made_it(self):
        from ts.utils.setup_model_venv import inherit_site_packages

        with tempfile.TemporaryDirectory() as folder:
            own = os.path.join(folder, "venv")
            venv.create(own, with_pip=False)
            inherit_site_packages(own)
            python = os.path.join(own, "Scripts" if os.name == "nt" else "bin", "python")
            clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
            shown = subprocess.run(
                [python, "-c", "import sys; print('\\n'.join(sys.path))"],
                capture_output=True,
                text=True,
                check=True,
                env=clean,
            )
            paths = shown.stdout.split()
            self.assertTrue(any(path.startswith(own) for path in paths))
            mine = next(path for path in sys.path if path.endswith("site-packages"))
            self.assertIn(mine, paths)


if __name__ == "__main__":
    unittest.main()
