"""The small functions of ts.utils.util."""

from __future__ import annotations

import enum
import json
import os
import pickle
import sys
import tempfile
import types
import unittest
import warnings

from ts.utils import util


class Exceptions(unittest.TestCase):
    def test_a_prediction_exception_has_a_text_and_a_status(self):
        error = util.PredictionException("no cats today", 404)
        self.assertEqual(
            (error.message, error.error_code, str(error)), ("no cats today", 404, "no cats today : 404")
        )
        self.assertEqual(util.PredictionException("x").error_code, 500)

    def test_a_prediction_exception_passes_between_processes(self):
        copied = pickle.loads(pickle.dumps(util.PredictionException("no cats today", 404)))
        self.assertEqual((copied.message, copied.error_code), ("no cats today", 404))


class Classes(unittest.TestCase):
    def test_those_that_a_module_defines_are_listed_by_name(self):
        module = types.ModuleType("mine")
        code = "from enum import Enum\nclass B: pass\nclass A(B): pass\nclass C(Enum): X = 1\nalias = B\nvalue = 3\n"
        exec(code, module.__dict__)
        self.assertEqual([one.__name__ for one in util.list_classes_from_module(module)], ["A", "B", "C"])
        self.assertEqual(
            [one.__name__ for one in util.list_classes_from_module(module, module.B)], ["A", "B"]
        )
        self.assertEqual(util.list_classes_from_module(module, enum.Enum), [module.C])


class Labels(unittest.TestCase):
    def mapping_of(self, content):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "index_to_name.json")
            with open(path, "w", encoding="utf-8") as file:
                file.write(content if isinstance(content, str) else json.dumps(content))
            return util.load_label_mapping(path)

    def test_every_form_of_the_file_is_read(self):
        for content, mapping in (
            ({"0": "cat", "1": "dög"}, {"0": "cat", "1": "dög"}),
            ({"0": ["n01", "cat"], "1": "dog"}, {"0": "cat", "1": "dog"}),
            ({"object_type_names": ["sky", "cat"], "more": 1}, {"0": "sky", "1": "cat"}),
            ({}, {}),
        ):
            with self.subTest(content=content):
                self.assertEqual(self.mapping_of(content), mapping)

    def test_a_missing_file_is_no_mapping_and_a_warning(self):
        with self.assertLogs("ts.utils.util", "WARNING") as logs:
            self.assertIsNone(util.load_label_mapping("no/such/file.json"))
        self.assertIn("no/such/file.json", logs.output[0])

    def test_a_file_of_another_form_is_refused(self):
        for content in ([1], "{", {"0": 3}, {"0": []}, {"0": {"a": "b"}}, {"0": ["a", 3]}):
            with self.subTest(content=content), self.assertRaises(ValueError):
                self.mapping_of(content)

    def test_values_are_named(self):
        names = {"0": "cat", "1": "dog", "3": "cow"}
        for arguments, rows in (
            (([[0.1, 0.9]],), [{"0": 0.1, "1": 0.9}]),
            (([[0.1, 0.9]], names), [{"cat": 0.1, "dog": 0.9}]),
            (
                ([[0.9, 0.1], [1, 2]], names, [[3, 1], [1, 3]]),
                [{"cow": 0.9, "dog": 0.1}, {"dog": 1, "cow": 2}],
            ),
            (([[0.9, 0.1]], None, [[3, 1]]), [{"3": 0.9, "1": 0.1}]),
            (([[0.9, 0.1]], {"0": "cat", "1": "cat"}), [{"cat": 0.1}]),
            (([[]],), [{}]),
        ):
            with self.subTest(arguments=arguments):
                self.assertEqual(util.map_class_to_label(*arguments), rows)

    def test_what_cannot_be_named_raises(self):
        with self.assertRaisesRegex(TypeError, "list of lists, not tuple"):
            util.map_class_to_label(((1,),))
        with self.assertRaisesRegex(KeyError, "1"):
            util.map_class_to_label([[1, 2]], {"0": "cat"})


class Others(unittest.TestCase):
    def test_backends_are_checked(self):
        self.assertTrue(util.check_valid_pt2_backend("inductor"))
        with self.assertLogs("ts.utils.util", "WARNING"):
            self.assertFalse(util.check_valid_pt2_backend("typewriter"))

    def test_html_is_found(self):
        self.assertEqual(util.CLEANUP_REGEX.sub("", "<b>x</b>&amp;y&#12;z"), "xyz")

    def test_a_deprecated_function_warns_and_works(self):
        @util.deprecated("2.0", "new")
        def old(number):
            return number + 1

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            self.assertEqual(old(1), 2)
        self.assertEqual(str(caught[0].message), "old is deprecated since 2.0; use new")
        self.assertIs(caught[0].category, PendingDeprecationWarning)
        self.assertEqual(old.__name__, "old")

    def test_yaml_without_pyyaml_says_what_to_install(self):
        before = sys.modules.get("yaml")
        sys.modules["yaml"] = None
        try:
            with self.assertRaisesRegex(ImportError, "pip install PyYAML"):
                util.get_yaml_config("any.yaml")
        finally:
            del sys.modules["yaml"]
            if before is not None:
                sys.modules["yaml"] = before


if __name__ == "__main__":
    unittest.main()
