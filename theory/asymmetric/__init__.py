"""Asymmetrical node scaling (Caron, Ayed, Jung, Lee, Lee, Yang; arXiv 2302.01002)."""

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
