"""Carriers behind one small protocol: a courier, a self-service locker."""
