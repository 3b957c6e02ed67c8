"""Version of TorchServe whose handler interface this package offers."""

__version__ = "0.12.0"
