"""Sample complexity of sparse teacher-student networks (Zhang et al.; arXiv 2110.05667)."""

# Chapters in the order of the argument; modules that are not named follow by name.
READING_ORDER = (
    "landscape",
    "conditioning",
    "pruning",
    "convexity",
    "kinks",
    "sampling",
    "acceleration",
    "estimation",
    "initialisation",
    "phase",
    "figures",
    "orderings",
    "digits",
)
