"""Answers on their way out of a handler."""
