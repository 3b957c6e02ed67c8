"""What handlers import: TorchServe's public names, offered by the Python worker."""

from ts.version import __version__ as __version__
