"""What handlers may use beside their base classes, by TorchServe's public module names."""
