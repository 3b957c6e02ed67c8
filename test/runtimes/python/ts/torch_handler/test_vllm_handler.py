"""VLLMHandler with a fake vLLM of 0.5.5's shape: routes, bodies, streams and errors."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import types
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
NEEDS = ["torch"]


class Shown:
    """Something that dumps itself, as pydantic's models do."""

    def __init__(self, **values):
        self.__dict__.update(values)

    def model_dump(self):
        return dict(self.__dict__)

    def model_dump_json(self):
        return json.dumps(self.__dict__)


class Request(Shown):
    @classmethod
    def model_validate(cls, body):
        if "prompt" not in body and "messages" not in body:
            raise ValueError("prompt: field required")
        return cls(**{"stream": False, **body})


class ErrorResponse(Shown):
    pass


class Service:
    def __init__(self, *place, **options):
        self.place, self.options = place, options

    async def show_available_models(self):
        return Shown(data=self.place[2])

    async def create_completion(self, request):
        if request.prompt == "too long":
            return ErrorResponse(message="too long", code=400)
        return self.pieces() if request.stream else Shown(text=f"after {request.prompt}")

    async def create_chat_completion(self, request):
        return Shown(chat=request.messages)

    async def pieces(self):
        for word in ("data: a\n\n", "data: [DONE]\n\n"):
            yield word


class Engine:
    @classmethod
    def from_engine_args(cls, arguments):
        engine = cls()
        engine.arguments = arguments
        return engine

    async def get_model_config(self):
        return "the config"


def fake_vllm():
    names = ["", ".entrypoints", ".entrypoints.openai"]
    names += [
        f".entrypoints.openai.{part}"
        for part in ("protocol", "serving_chat", "serving_completion", "serving_engine")
    ]
    modules = {f"vllm{name}": types.ModuleType(f"vllm{name}") for name in names}
    modules["vllm"].AsyncEngineArgs, modules["vllm"].AsyncLLMEngine = types.SimpleNamespace, Engine
    openai = {name.rsplit(".", 1)[-1]: module for name, module in modules.items()}
    openai["protocol"].CompletionRequest = openai["protocol"].ChatCompletionRequest = Request
    openai["protocol"].ErrorResponse = ErrorResponse
    openai["serving_chat"].OpenAIServingChat = openai["serving_completion"].OpenAIServingCompletion = Service
    openai["serving_engine"].LoRAModulePath = lambda name, path: (name, path)
    return modules


class Vllm(unittest.TestCase):
    def setUp(self):
        from model_folder import ModelFolder
        from ts.torch_handler import vllm_handler

        self.folder = ModelFolder()
        self.addCleanup(self.folder.remove)
        for patch in (
            mock.patch.dict(sys.modules, fake_vllm()),
            mock.patch.object(vllm_handler, "send_intermediate_predict_response"),
        ):
            self.sent = patch.start()
            self.addCleanup(patch.stop)
        os.mkdir(self.folder.join("weights"))
        self.settings = {
            "model_path": "weights",
            "vllm_engine_config": {"max_model_len": 64},
            "adapters": {"a": "lora"},
        }
        self.handler = vllm_handler.VLLMHandler()
        self.handler.initialize(self.folder.context({"handler": self.settings}))

    def ask(self, path, body):
        from model_folder import ask

        self.context = ask(self.folder.context(), url_path=path)
        content = body if isinstance(body, dict) else body.encode()
        return asyncio.run(self.handler.handle([{"body": content}], self.context))

    def test_the_engine_gets_its_settings_and_the_archives_folder(self):
        arguments = self.handler.vllm_engine.arguments
        self.assertEqual(
            (64, self.folder.join("weights"), "weights"),
            (arguments.max_model_len, arguments.model, arguments.served_model_name),
        )
        self.assertEqual([("a", "lora")], self.handler.completion_service.options["lora_modules"])
        self.assertEqual(
            (self.handler.vllm_engine, "the config", ["weights"]), self.handler.completion_service.place
        )

    def test_openais_paths(self):
        self.assertEqual([{"data": ["weights"]}], self.ask("v1/models", {}))
        (answer,) = self.ask("v1/completions", '{"prompt": "x"}')
        self.assertEqual("after x", answer["text"])
        self.assertEqual([{"chat": ["hi"]}], self.ask("v1/chat/completions", {"messages": ["hi"]}))
        self.assertEqual("HandlerTime", self.context.metrics.emitted[0][0])

    def test_a_stream_is_sent_piece_by_piece(self):
        self.assertEqual([""], self.ask("v1/completions", {"prompt": "x", "stream": True}))
        self.assertEqual(
            [["data: a\n\n"], ["data: [DONE]\n\n"]], [call.args[0] for call in self.sent.call_args_list]
        )
        self.assertEqual("text/event-stream", self.context.get_response_content_type(0))

    def test_errors_have_their_status(self):
        from ts.service import PredictionException

        for path, body, code, text in (
            ("v1/nothing", {}, 404, "Unknown API endpoint: v1/nothing"),
            ("v1/completions", {}, 400, "field required"),
            ("v1/completions", "{", 400, "not JSON"),
            ("v1/completions", {"prompt": "too long"}, 400, "too long"),
        ):
            with self.assertRaisesRegex(PredictionException, text) as raised:
                self.ask(path, body)
            self.assertEqual(code, raised.exception.error_code)

    def test_a_machine_without_vllm_and_one_with_another_shape(self):
        from ts.torch_handler.required import MissingPackageError

        for module, line in (
            ("vllm", "pip install vllm"),
            ("vllm.entrypoints.openai.serving_engine", "vllm==0.5.5"),
        ):
            with (
                mock.patch.dict(sys.modules, {module: None}),
                self.assertRaisesRegex(MissingPackageError, line),
            ):
                self.handler.initialize(self.folder.context({"handler": self.settings}))

    def test_a_model_must_be_named(self):
        with self.assertRaisesRegex(ValueError, "handler.model_path"):
            self.handler.initialize(self.folder.context())


if __name__ == "__main__":
    unittest.main()
