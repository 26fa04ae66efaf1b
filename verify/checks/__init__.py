"""Which engine speaks about which claim, on which inputs: one or more modules a paper."""
