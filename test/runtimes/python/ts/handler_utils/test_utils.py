"""Streaming names and classes by their names."""

from __future__ import annotations

import collections
import unittest

from ts.handler_utils import utils


class ImportClass(unittest.TestCase):
    def test_a_class_is_found_by_its_name(self):
        self.assertIs(utils.import_class("collections.OrderedDict"), collections.OrderedDict)
        self.assertIs(utils.import_class("OrderedDict", "collections"), collections.OrderedDict)
        self.assertIs(utils.import_class("abc.Mapping", "collections"), collections.abc.Mapping)

    def test_what_cannot_be_found_says_why(self):
        for arguments, words in (
            (("Nope", "collections"), "'collections' has no class 'Nope'"),
            (("nope_nope.Nope",), "nope_nope"),
            (("Nope",), "does not say from which module"),
            (("",), "its name is empty"),
        ):
            with self.subTest(arguments=arguments), self.assertRaisesRegex(ImportError, words):
                utils.import_class(*arguments)

    def test_the_functions_of_streaming_are_those_of_the_protocol(self):
        from ts.protocol import otf_message_handler

        self.assertIs(utils.create_predict_response, otf_message_handler.create_predict_response)
        self.assertIs(
            utils.send_intermediate_predict_response, otf_message_handler.send_intermediate_predict_response
        )


if __name__ == "__main__":
    unittest.main()
