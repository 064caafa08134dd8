"""The workbench: counter, office and issue desk, for those who work behind the window."""
