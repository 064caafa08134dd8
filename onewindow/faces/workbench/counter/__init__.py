"""The counter (综窗): one screen for one visitor, keyboard first."""
