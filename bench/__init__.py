"""The benchmarks: `make bench` measures the work of the budget table over HTTP, beside its two limits."""
