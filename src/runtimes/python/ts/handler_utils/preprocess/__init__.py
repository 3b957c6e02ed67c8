"""Preparing requests outside of Python."""
