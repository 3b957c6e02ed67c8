"""The error for a package that is not there: what to install, and for which model."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import unittest

from ts.torch_handler.required import MissingPackageError, advice, require


class Require(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.before = os.getcwd()
        os.chdir(self.folder.name)
        sys.path.insert(0, self.folder.name)

    def tearDown(self):
        sys.path.remove(self.folder.name)
        os.chdir(self.before)
        self.folder.cleanup()

    def write(self, name, text):
        os.makedirs(os.path.dirname(os.path.join(self.folder.name, name)) or ".", exist_ok=True)
        with open(os.path.join(self.folder.name, name), "w", encoding="utf-8") as file:
            file.write(text)

    def test_gives_the_module(self):
        self.assertIs(require("json", "tests read with it"), json)

    def test_names_the_package_the_purpose_and_the_install_line(self):
        with self.assertRaises(MissingPackageError) as raised:
            require("no_such_package.part", "the test wants it")
        text = str(raised.exception)
        self.assertIn("'no_such_package'", text)
        self.assertIn("the test wants it", text)
        self.assertIn(f"{sys.executable} -m pip install no_such_package", text)
        self.assertIsInstance(raised.exception, ImportError)
        self.assertEqual("no_such_package.part", raised.exception.name)

    def test_names_the_model_whose_folder_it_works_in(self):
        self.write("MAR-INF/MANIFEST.json", json.dumps({"model": {"modelName": "bert"}}))
        with self.assertRaisesRegex(MissingPackageError, "The model 'bert' needs") as raised:
            require("no_such_package", "the test wants it")
        self.assertEqual("bert", raised.exception.model)

    def test_a_manifest_without_a_name_does_not_hide_the_error(self):
        self.write("MAR-INF/MANIFEST.json", "[]")
        with self.assertRaisesRegex(MissingPackageError, "This model needs"):
            require("no_such_package", "the test wants it")

    def test_uses_the_name_that_pip_knows(self):
        self.write("PIL/__init__.py", "raise ImportError('broken build')")
        with self.assertRaisesRegex(MissingPackageError, "broken build.*pip install Pillow") as raised:
            saved = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "PIL"}
            try:
                require("PIL.Image", "images are opened with it")
            finally:
                sys.modules.update(saved)
        self.assertEqual("Pillow", raised.exception.package)

    def test_a_package_that_is_there_and_does_not_import_is_reported_with_its_own_words(self):
        self.write("wrong_build.py", "raise RuntimeError('operator wrong::nms does not exist')")
        with self.assertRaisesRegex(MissingPackageError, "operator wrong::nms does not exist"):
            require("wrong_build", "the test wants it")

    def test_advises_on_a_missing_import_of_the_archives_own_code(self):
        self.write("MAR-INF/MANIFEST.json", json.dumps({"model": {"modelName": "bert"}}))
        text = advice("cv2.no_such_part", self.folder.name)
        self.assertRegex(
            text, "the model 'bert' needs it. Install it: .* -m pip install opencv-python-headless - or"
        )
        self.assertEqual("", advice("json.no_such_part", self.folder.name))
        self.assertEqual("", advice("ts.no_such_part", self.folder.name))

    def test_the_first_missing_package_is_the_one_reported(self):
        self.write(
            "outer.py",
            "from ts.torch_handler.required import require\nrequire('inner_missing', 'outer wants it')",
        )
        with self.assertRaisesRegex(MissingPackageError, "'inner_missing'"):
            require("outer", "the test wants it")


if __name__ == "__main__":
    unittest.main()
