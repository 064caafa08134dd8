"""What editors keep beside the items: everyday words, themes of life, pins on hot items, searches that failed."""
