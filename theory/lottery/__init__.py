"""Sample complexity of sparse teacher-student networks (Zhang et al.; arXiv 2110.05667)."""

from theory.claim import Paper

PAPER = Paper(
    short="Sparse teacher and student",
    title="Why Lottery Ticket Wins? A Theoretical Perspective of Sample Complexity on "
    "Sparse Neural Networks",
    authors="S. Zhang, M. Wang, S. Liu, P.-Y. Chen, J. Xiong",
    reference="arXiv 2110.05667; Advances in Neural Information Processing Systems 34, 2021",
    url="https://arxiv.org/abs/2110.05667",
    about="A pruned student learns from a sparse teacher. The questions: how the convex "
    "region around the teacher grows with pruning, how many samples suffice, and what "
    "momentum and noise do to the rate and to the error.",
)

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
