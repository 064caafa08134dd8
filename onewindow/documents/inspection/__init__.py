"""Looking into files that strangers hand in: parsed in a process of its own, bounded in time and memory."""
