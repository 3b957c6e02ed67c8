"""Which handler of an archive is taken, and how it is begun."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import unittest

from ts.context import Context
from ts.model_loader import ModelLoader, ModelLoaderFactory, TsModelLoader

FUNCTION = "calls = []\ndef handle(data, context):\n    calls.append(data)\n    return data\ndef other(data, context):\n    return ['other']\n"
CLASS = """
import json
from collections import OrderedDict
class Mine:
    def initialize(self, context): self.name = context.model_name
    def handle(self, data, context): return [self.name]
    def other(self, data, context): return ['other']
"""


class Loading(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        known = set(sys.modules)
        sys.path.insert(0, self.folder)
        self.addCleanup(sys.path.remove, self.folder)
        self.addCleanup(lambda: [sys.modules.pop(name) for name in set(sys.modules) - known])
        sys.dont_write_bytecode = True

    def write(self, path, text):
        file = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "w") as opened:
            opened.write(text)

    def load(self, handler, **options):
        return TsModelLoader().load("m", self.folder, handler, **{"batch_size": 1, **options})

    def test_calls_a_function_once_without_data(self):
        self.write("mine_a.py", FUNCTION)
        service = self.load("mine_a.py")
        self.assertEqual(sys.modules["mine_a"].calls, [None])
        self.assertEqual(service.entry_point(["x"], service.context), ["x"])
        self.assertIsInstance(service.context, Context)

    def test_takes_the_function_after_the_colon(self):
        self.write("mine_b.py", FUNCTION)
        service = self.load("mine_b:other")
        self.assertEqual(service.entry_point([], service.context), ["other"])

    def test_takes_folder_and_ending_off_the_name(self):
        self.write("mine_c.py", FUNCTION)
        for name in ("some/where/mine_c.py", "mine_c", "/abs/mine_c.py:handle"):
            self.assertEqual(self.load(name).entry_point(["x"], None), ["x"])

    def test_makes_the_one_class_of_the_module_whatever_it_imports(self):
        self.write("mine_d.py", CLASS)
        service = self.load("mine_d.py")
        self.assertEqual(service.entry_point([], service.context), ["m"])

    def test_ignores_a_function_name_that_a_class_module_lacks(self):
        self.write("mine_e.py", CLASS)
        service = self.load("mine_e.py:other")
        self.assertEqual(service.entry_point([], service.context), ["m"])

    def test_refuses_modules_with_no_or_several_classes_or_none_that_handles(self):
        self.write("mine_f.py", "x = 1\n")
        self.write("mine_g.py", CLASS + "class Second: pass\n")
        self.write("mine_h.py", "class Mine:\n    def initialize(self, context): pass\n")
        for name in ("mine_f", "mine_g"):
            with self.assertRaisesRegex(
                ValueError, "Expected only one class in custom service code or a function"
            ):
                self.load(name)
        with self.assertRaisesRegex(ValueError, "Expect handle method in class"):
            self.load("mine_h")

    def test_prefers_a_module_of_the_archive_to_a_built_in_of_its_name(self):
        self.write("contractions.py", FUNCTION)
        self.assertEqual(self.load("contractions").entry_point(["x"], None), ["x"])

    def test_says_what_the_archives_own_import_lacked(self):
        self.write("mine_i.py", "import a_package_that_is_not_there\n")
        with self.assertRaisesRegex(ModuleNotFoundError, "No module named 'a_package_that_is_not_there'"):
            self.load("mine_i.py")
        with self.assertRaisesRegex(ModuleNotFoundError, "No module named 'nowhere'"):
            self.load("nowhere.py")

    def test_begins_the_handler_after_what_comes_before_with_all_there(self):
        seen = []
        self.write(
            "mine_j.py",
            "class Mine:\n    def initialize(self, context): context.seen = list(context.model_yaml_config)\n"
            "    def handle(self, data, context): return data\n",
        )
        service = self.load(
            "mine_j",
            model_yaml_config={"a": 1},
            before_initialize=lambda: seen.append("mine_j" in sys.modules),
        )
        self.assertEqual((seen, service.context.seen), ([True], ["a"]))

    def test_reads_manifest_and_configuration_of_the_folder_where_it_is_not_given_them(self):
        self.write("mine_k.py", FUNCTION)
        self.assertIsNone(self.load("mine_k").context.manifest)
        self.write("MAR-INF/MANIFEST.json", json.dumps({"model": {"modelName": "m"}}))
        self.assertEqual(self.load("mine_k").context.manifest, {"model": {"modelName": "m"}})
        self.assertEqual(self.load("mine_k").context.model_yaml_config, {})

    def test_puts_an_envelope_around_the_entry_point(self):
        self.write("mine_l.py", "def handle(data, context):\n    return data\n")
        service = self.load("mine_l", envelope="body")
        service.context.request_ids = {0: "r"}
        self.assertEqual(service.entry_point([{"body": "in"}], service.context), ["in"])
        with self.assertRaises(ImportError):
            self.load("mine_l", envelope="nonsense")

    def test_is_what_the_factory_makes(self):
        loader = ModelLoaderFactory.get_model_loader()
        self.assertIsInstance(loader, TsModelLoader)
        self.assertIsInstance(loader, ModelLoader)


if __name__ == "__main__":
    unittest.main()
