"""Pages of custody at the desks: hand-over lists, originals that are kept for a while."""
