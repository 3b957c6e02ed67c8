"""What handlers share, by TorchServe's public module names."""
