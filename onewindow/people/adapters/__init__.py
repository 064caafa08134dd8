"""Outside systems that this room asks, one folder each."""
