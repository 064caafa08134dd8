"""Tests of the kernel: no Django, no database."""
