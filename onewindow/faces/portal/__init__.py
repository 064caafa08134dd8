"""The portal: finding, applying, following, checking; for citizens and firms."""
