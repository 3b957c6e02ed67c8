"""Classes that handlers of old were derived from."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class ModelService(metaclass=ABCMeta):
    """A handler that knows name, folder and manifest of its model; `inference` answers."""

    def __init__(
        self, model_name: str, model_dir: str, manifest: dict[str, Any], gpu: int | None = None
    ) -> None:
        self.model_name = model_name
        self.model_dir = model_dir
        self.manifest = manifest
        self.gpu = gpu
        self.context: Any = None

    def initialize(self, context: Any) -> None:
        """Called once when the model is loaded."""
        self.context = context

    @abstractmethod
    def inference(self, data: Any) -> Any:
        """Answers a batch."""

    def ping(self) -> None:
        """Kept by its name; does nothing."""

    def signature(self) -> None:
        """Kept by its name; does nothing."""

    def handle(self, data: Any, context: Any) -> Any:
        """Answers a batch through `inference`."""
        self.context = context
        return self.inference(data)


class SingleNodeService(ModelService):
    """Answers in three steps, of which `_inference` has to be written."""

    def inference(self, data: Any) -> Any:
        """`_preprocess`, `_inference`, `_postprocess`."""
        return self._postprocess(self._inference(self._preprocess(data)))

    @abstractmethod
    def _inference(self, data: Any) -> Any:
        """The model's own step."""

    def _preprocess(self, data: Any) -> Any:
        return data

    def _postprocess(self, data: Any) -> Any:
        return data
