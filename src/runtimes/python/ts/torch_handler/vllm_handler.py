"""VLLMHandler: language models on vLLM, answering as OpenAI's API does."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable
from typing import Any

from ts.handler_utils.utils import send_intermediate_predict_response
from ts.service import PredictionException
from ts.torch_handler.base_handler import BaseHandler
from ts.torch_handler.required import require

ROLE = "assistant"


class VLLMHandler(BaseHandler):
    """Serves `v1/models`, `v1/completions` and `v1/chat/completions` below /predictions/<model>/<version>/.

    Needs `asyncCommunication: true` and batch size 1. `handler` of model-config.yaml: `model_path` (a folder
    of the archive or a name for the hub), `vllm_engine_config` (vLLM's engine arguments), `adapters` (name to
    LoRA folder), `chat_template`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.vllm_engine: Any = None
        self.chat_completion_service: Any = None
        self.completion_service: Any = None
        self.served_model_names: list[str] = []
        self.adapters: dict[str, str] = {}

    def initialize(self, ctx: Any) -> None:
        """Start the engine and OpenAI's services on it.

        Raises MissingPackageError without vLLM, or with one that has other entry points than 0.5.5.
        """
        settings = ctx.model_yaml_config.get("handler", {})
        model_dir = ctx.system_properties.get("model_dir")
        vllm = require("vllm", "VLLMHandler serves with it")
        arguments = vllm.AsyncEngineArgs(**_engine_arguments(settings, model_dir))
        self.vllm_engine = vllm.AsyncLLMEngine.from_engine_args(arguments)
        self.adapters = settings.get("adapters") or {}
        named = arguments.served_model_name or arguments.model
        self.served_model_names = [named] if isinstance(named, str) else list(named)
        self._start_services(settings.get("chat_template"), model_dir)
        self.initialized = True

    def _start_services(self, chat_template: str | None, model_dir: str) -> None:
        purpose = "VLLMHandler uses the entry points of vLLM 0.5.5"
        chat = require("vllm.entrypoints.openai.serving_chat", purpose, "vllm==0.5.5")
        completion = require("vllm.entrypoints.openai.serving_completion", purpose, "vllm==0.5.5")
        adapters = require("vllm.entrypoints.openai.serving_engine", purpose, "vllm==0.5.5")
        loras = [adapters.LoRAModulePath(n, _inside(model_dir, path)) for n, path in self.adapters.items()]
        config = asyncio.run(self.vllm_engine.get_model_config())
        common: dict[str, Any] = {"lora_modules": loras, "prompt_adapters": None, "request_logger": None}
        place = (self.vllm_engine, config, self.served_model_names)
        self.completion_service = completion.OpenAIServingCompletion(*place, **common)
        self.chat_completion_service = chat.OpenAIServingChat(
            *place, ROLE, **common, chat_template=chat_template
        )

    async def handle(self, data: list[Any], context: Any) -> list[Any]:
        """Answer one request; with `stream: true` in its body, piece by piece as server-sent events.

        Raises PredictionException 404 for paths that are not OpenAI's, and 400 for bodies that vLLM refuses.
        Emits the metric HandlerTime (ms).
        """
        start = time.time()
        routes: dict[str, Callable[[Any, Any], Any]] = {
            "v1/models": self._models,
            "v1/completions": self._complete,
            "v1/chat/completions": self._chat,
        }
        path = context.get_request_header(0, "url_path")
        if path not in routes:
            raise PredictionException(f"Unknown API endpoint: {path}", 404)
        answer = await routes[path](data[0], context)
        context.metrics.add_time("HandlerTime", round((time.time() - start) * 1000, 2), None, "ms")
        return [answer]

    async def _models(self, row: Any, context: Any) -> Any:
        models = await self.chat_completion_service.show_available_models()
        return models.model_dump()

    async def _complete(self, row: Any, context: Any) -> Any:
        return await self._ask(self.completion_service.create_completion, "CompletionRequest", row, context)

    async def _chat(self, row: Any, context: Any) -> Any:
        service = self.chat_completion_service.create_chat_completion
        return await self._ask(service, "ChatCompletionRequest", row, context)

    async def _ask(self, service: Callable[..., Any], kind: str, row: Any, context: Any) -> Any:
        protocol = require(
            "vllm.entrypoints.openai.protocol", "VLLMHandler reads requests with it", "vllm==0.5.5"
        )
        try:
            request = getattr(protocol, kind).model_validate(_body(row))
        except ValueError as error:
            raise PredictionException(str(error), 400) from error
        answer = await service(request)
        if isinstance(answer, protocol.ErrorResponse):
            raise PredictionException(answer.model_dump_json(), answer.code)
        if not request.stream:
            return answer.model_dump()
        context.set_response_content_type(0, "text/event-stream")
        async for piece in answer:
            send_intermediate_predict_response(
                [piece], context.request_ids, "Intermediate Prediction success", 200, context
            )
        return ""


def _engine_arguments(settings: dict[str, Any], model_dir: str) -> dict[str, Any]:
    arguments = dict(settings.get("vllm_engine_config") or {})
    model = settings.get("model_path") or arguments.get("model")
    if not model:
        raise ValueError(
            "handler.model_path in model-config.yaml must name the model's folder or its name on the hub"
        )
    arguments["model"] = _inside(model_dir, model)
    arguments.setdefault("served_model_name", model)
    return arguments


def _inside(model_dir: str, path: str) -> str:
    """A path of the archive if there is one, else a name for the hub."""
    inside = os.path.join(model_dir, path)
    return inside if os.path.exists(inside) else path


def _body(row: dict[str, Any]) -> Any:
    body = row.get("data") or row.get("body")
    if not isinstance(body, (bytes, bytearray, str)):
        return body
    try:
        return json.loads(body)
    except ValueError as error:
        raise PredictionException(f"The body is not JSON: {error}", 400) from error
