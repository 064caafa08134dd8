"""Tests of the item editor."""
