"""Asymmetrical node scaling (Caron, Ayed, Jung, Lee, Lee, Yang; arXiv 2302.01002)."""
