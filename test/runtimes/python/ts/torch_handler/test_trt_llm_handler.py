"""TRTLLMHandler with a fake TensorRT-LLM: answers, streams and errors."""

from __future__ import annotations

import asyncio
import os
import sys
import types
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
NEEDS = ["torch"]


class Engine:
    def __init__(self, folder, **options):
        self.folder, self.options = folder, options

    async def generate_async(self, prompt, sampling, streaming):
        for text in ("one", "one two") if streaming else ("one two",):
            yield types.SimpleNamespace(outputs=[types.SimpleNamespace(text=f"{prompt}{text}")])


class Sampling:
    def __init__(self, max_tokens=8):
        self.max_tokens = max_tokens


class TrtLlm(unittest.TestCase):
    def setUp(self):
        from model_folder import ModelFolder
        from ts.torch_handler import trt_llm_handler

        self.folder = ModelFolder()
        self.addCleanup(self.folder.remove)
        names = ("tensorrt_llm", "tensorrt_llm.llmapi", "transformers")
        modules = {name: types.ModuleType(name) for name in names}
        modules["tensorrt_llm"].LLM, modules["tensorrt_llm"].SamplingParams = Engine, Sampling
        modules["tensorrt_llm.llmapi"].KvCacheConfig = lambda **values: values
        modules["transformers"].AutoTokenizer = types.SimpleNamespace(
            from_pretrained=lambda path: ("tokenizer", path)
        )
        for patch in (
            mock.patch.dict(sys.modules, modules),
            mock.patch.object(trt_llm_handler, "send_intermediate_predict_response"),
        ):
            self.sent = patch.start()
            self.addCleanup(patch.stop)
        os.mkdir(self.folder.join("engine"))
        self.settings = {
            "engine_dir": "engine",
            "tokenizer_dir": "/models/t",
            "kv_cache_config": {"max_tokens": 4},
        }
        self.handler = trt_llm_handler.TRTLLMHandler()
        self.handler.initialize(self.folder.context({"handler": self.settings}))

    def ask(self, body):
        return asyncio.run(self.handler.handle([{"body": body}], self.folder.context()))

    def test_folders_and_settings_reach_the_engine(self):
        engine = self.handler.trt_llm_engine
        self.assertEqual(self.folder.join("engine"), engine.folder)
        self.assertEqual(
            {"tokenizer": ("tokenizer", "/models/t"), "kv_cache_config": {"max_tokens": 4}}, engine.options
        )

    def test_a_whole_answer(self):
        self.assertEqual([{"text": ": one two"}], self.ask({"prompt": ": ", "max_tokens": 3}))
        self.sent.assert_not_called()

    def test_a_stream_has_what_is_new_in_each_piece(self):
        self.assertEqual([""], self.ask(b'{"prompt": "", "streaming": true}'))
        self.assertEqual(
            [['{"text": "one"}\n'], ['{"text": " two"}\n']],
            [call.args[0] for call in self.sent.call_args_list],
        )

    def test_bodies_that_ask_for_nothing_known(self):
        from ts.service import PredictionException

        for body in ({}, b"{", {"prompt": "x", "colour": 1}, None):
            with self.assertRaisesRegex(PredictionException, "must be JSON") as raised:
                self.ask(body)
            self.assertEqual(400, raised.exception.error_code)

    def test_what_is_missing_is_said(self):
        from ts.torch_handler.required import MissingPackageError

        with self.assertRaisesRegex(ValueError, "handler.tokenizer_dir"):
            self.handler.initialize(self.folder.context())
        with (
            mock.patch.dict(sys.modules, {"tensorrt_llm": None}),
            self.assertRaisesRegex(MissingPackageError, "pip install tensorrt-llm"),
        ):
            self.handler.initialize(self.folder.context({"handler": self.settings}))


if __name__ == "__main__":
    unittest.main()
