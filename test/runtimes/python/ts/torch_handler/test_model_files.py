"""Files of torch.export: which loader gets which, and (with TS_SERVE_TEST_COMPILER=1, a minute) real ones."""

from __future__ import annotations

import os
import sys
import unittest
import zipfile
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
NEEDS = ["torch"]


class Exported(unittest.TestCase):
    def setUp(self):
        import torch
        from model_folder import LINEAR, ModelFolder
        from ts.torch_handler import model_files

        if not hasattr(torch, "export"):
            self.skipTest("this torch has no torch.export")
        self.torch, self.files = torch, model_files
        self.folder = ModelFolder()
        self.addCleanup(self.folder.remove)
        self.folder.write("linear.py", LINEAR)

    def load(self, name, device="cpu"):
        return self.files.load_exported(
            self.folder.join(name), self.torch.device(device), device.split(":")[0]
        )

    def test_a_library_goes_to_the_loader_of_libraries(self):
        with mock.patch.object(self.torch._export, "aot_load", return_value="loaded") as loader:
            self.assertEqual("loaded", self.load("linear.so"))
        loader.assert_called_once_with(self.folder.join("linear.so"), "cpu")

    def test_a_package_of_compiled_code_goes_to_the_loader_of_packages(self):
        with zipfile.ZipFile(self.folder.join("linear.pt2"), "w") as package:
            package.writestr("linear/data/aotinductor/model/code.so", b"")
        loader = mock.Mock(return_value="loaded")
        with mock.patch.object(self.torch._inductor, "aoti_load_package", loader, create=True):
            self.assertEqual("loaded", self.load("linear.pt2"))
        loader.assert_called_once_with(self.folder.join("linear.pt2"))

    def test_on_a_gpu_the_workers_own_is_made_current_first(self):
        with (
            mock.patch.object(self.torch._export, "aot_load"),
            mock.patch.object(self.torch.cuda, "set_device") as current,
        ):
            self.load("linear.so", "cuda:1")
        current.assert_called_once_with(self.torch.device("cuda:1"))

    @unittest.skipUnless(os.environ.get("TS_SERVE_TEST_COMPILER"), "compiles C++ for up to a minute")
    def test_what_the_compiler_made_answers_like_the_model(self):
        from linear import Linear
        from ts.torch_handler.base_handler import BaseHandler

        example = (self.torch.zeros(1, 2),)
        library = self.torch._export.aot_compile(Linear(), example)
        os.rename(library, self.folder.join("linear.so"))
        program = self.torch.export.export(Linear(), example)
        self.torch._inductor.aoti_compile_and_package(program, package_path=self.folder.join("linear.pt2"))
        for name in ("linear.so", "linear.pt2"):
            handler = BaseHandler()
            config = {"pt2": {"export": {"aot_compile": True}}}
            handler.initialize(self.folder.context(config, serializedFile=name))
            self.assertEqual([[1.0, 2.0, 3.0]], handler.handle([[1.0, 2.0]], self.folder.context()))


if __name__ == "__main__":
    unittest.main()
