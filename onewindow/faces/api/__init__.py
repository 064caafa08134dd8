"""The HTTP API for department systems and devices (contract section 2)."""
