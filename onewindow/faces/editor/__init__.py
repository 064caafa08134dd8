"""The item editor (事项库): items, changes and their approval, quality, lists, sheets, words."""
