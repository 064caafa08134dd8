"""The views of the portal, one file a purpose."""
