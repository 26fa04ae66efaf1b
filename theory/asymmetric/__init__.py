"""Asymmetrical node scaling (Caron, Ayed, Jung, Lee, Lee, Yang; arXiv 2302.01002)."""

from theory.claim import Paper

PAPER = Paper(
    short="Asymmetrical node scaling",
    title="Over-parameterised Shallow Neural Networks with Asymmetrical Node Scaling: "
    "Global Convergence Guarantees and Feature Learning",
    authors="F. Caron, F. Ayed, P. Jung, H. Lee, J. Lee, H. Yang",
    reference="arXiv 2302.01002, first version, 2023",
    url="https://arxiv.org/abs/2302.01002",
    about="Hidden units carry unequal weights: a share γ is spread evenly, the rest follows a "
    "fixed summable law. The questions: at which width gradient flow reaches every label, "
    "at what rate, and whether the kernel moves on the way.",
)

# Chapters in the order of the argument; modules that are not named follow by name.
READING_ORDER = (
    "prop_a2",
    "zipf",
    "mean_ntg",
    "prop3_1",
    "prop3_3",
    "initialisation",
    "lemma_d1",
    "lemma_d2",
    "thm4_1",
    "thm4_2",
    "ladder",
    "section_5",
    "gap_assumptions",
    "sliding",
    "gap_widths",
    "gap_learning",
    "experiments",
)
