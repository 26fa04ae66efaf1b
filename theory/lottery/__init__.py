"""Sample complexity of sparse teacher-student networks (Zhang et al.; arXiv 2110.05667)."""
