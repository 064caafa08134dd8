"""Tests: one folder per room; whatever drives the whole product stands in its own folder."""
