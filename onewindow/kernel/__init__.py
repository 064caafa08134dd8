"""The kernel: pure rules of time, identity and proof; no Django, no input or output beyond its own data."""
