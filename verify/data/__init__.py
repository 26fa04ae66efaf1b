"""Real data in: loading, preparing as the theorems need, and what the theorems say of it."""
