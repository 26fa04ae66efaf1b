"""The report: typeset evidence. It reads records and computes no mathematics."""
