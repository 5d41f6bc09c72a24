"""Measurements against the peers: `make bench` prints a table with ratios and writes build/bench.json."""
