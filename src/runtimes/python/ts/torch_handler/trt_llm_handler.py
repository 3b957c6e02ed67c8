"""TRTLLMHandler: language models on TensorRT-LLM engines."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from ts.handler_utils.utils import send_intermediate_predict_response
from ts.service import PredictionException
from ts.torch_handler.base_handler import BaseHandler
from ts.torch_handler.required import require


class TRTLLMHandler(BaseHandler):
    """Answers {"prompt": text, "streaming": true, and sampling parameters} with {"text": text}.

    Needs `asyncCommunication: true` and batch size 1. `handler` of model-config.yaml: `engine_dir` and
    `tokenizer_dir` (folders of the archive or paths), `kv_cache_config` (arguments of KvCacheConfig).
    """

    def __init__(self) -> None:
        super().__init__()
        self.trt_llm_engine: Any = None
        self.tokenizer: Any = None

    def initialize(self, ctx: Any) -> None:
        """Load the tokenizer and the engine.

        Raises MissingPackageError without tensorrt_llm or transformers, ValueError for missing settings.
        """
        settings = ctx.model_yaml_config.get("handler", {})
        model_dir = ctx.system_properties.get("model_dir")
        runtime = require("tensorrt_llm", "TRTLLMHandler serves with it", "tensorrt-llm")
        transformers = require("transformers", "TRTLLMHandler makes tokens with it")
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(
            _folder(settings, "tokenizer_dir", model_dir)
        )
        options: dict[str, Any] = {}
        if settings.get("kv_cache_config"):
            api = require("tensorrt_llm.llmapi", "kv_cache_config is made with it", "tensorrt-llm")
            options["kv_cache_config"] = api.KvCacheConfig(**settings["kv_cache_config"])
        engine_dir = _folder(settings, "engine_dir", model_dir)
        self.trt_llm_engine = runtime.LLM(engine_dir, tokenizer=self.tokenizer, **options)
        self.initialized = True

    async def handle(self, data: list[Any], context: Any) -> list[Any]:
        """Answer one request; with `streaming: true`, one {"text": ...} a line for each piece.

        Raises PredictionException 400 for bodies without a prompt or with unknown parameters.
        Emits the metric HandlerTime (ms).
        """
        start = time.time()
        prompt, streaming, sampling = self._read(data[0])
        text = ""
        async for output in self.trt_llm_engine.generate_async(prompt, sampling, streaming=streaming):
            whole = output.outputs[0].text
            piece, text = whole[len(text) :], whole
            if streaming:
                line = json.dumps({"text": piece}) + "\n"
                send_intermediate_predict_response(
                    [line], context.request_ids, "Intermediate Prediction success", 200, context
                )
        context.metrics.add_time("HandlerTime", round((time.time() - start) * 1000, 2), None, "ms")
        return [""] if streaming else [{"text": text}]

    def _read(self, row: dict[str, Any]) -> tuple[str, bool, Any]:
        body = row.get("data") or row.get("body")
        runtime = require("tensorrt_llm", "TRTLLMHandler serves with it", "tensorrt-llm")
        try:
            asked = dict(json.loads(body) if isinstance(body, (bytes, bytearray, str)) else body)
            prompt, streaming = asked.pop("prompt"), bool(asked.pop("streaming", False))
            return prompt, streaming, runtime.SamplingParams(**asked)
        except (ValueError, TypeError, KeyError) as error:
            message = f'The body must be JSON with a "prompt" and sampling parameters: {error!r}'
            raise PredictionException(message, 400) from error


def _folder(settings: dict[str, Any], key: str, model_dir: str) -> str:
    named = settings.get(key)
    if not named:
        raise ValueError(f"handler.{key} in model-config.yaml must name a folder")
    inside = os.path.join(model_dir, named)
    return inside if os.path.exists(inside) else named
