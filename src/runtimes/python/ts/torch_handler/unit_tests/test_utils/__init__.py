"""What unit tests of handlers use."""
