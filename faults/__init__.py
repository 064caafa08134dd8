"""The fault campaign: kills, fault windows, negative controls and hostile inputs against a real instance."""
