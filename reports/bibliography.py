"""The papers a report may cite, keyed by the prefix of their claims."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A cited paper. about: one sentence for the head of its chapter."""

    short: str
    title: str
    authors: str
    reference: str
    url: str
    about: str


ENTRIES = {
    "asym": Entry(
        short="Asymmetrical node scaling",
        title="Over-parameterised Shallow Neural Networks with Asymmetrical Node Scaling: "
        "Global Convergence Guarantees and Feature Learning",
        authors="F. Caron, F. Ayed, P. Jung, H. Lee, J. Lee, H. Yang",
        reference="arXiv 2302.01002, first version, 2023",
        url="https://arxiv.org/abs/2302.01002",
        about="Hidden units carry unequal weights: a share γ is spread evenly, the rest follows a "
        "fixed summable law. The questions: at which width gradient flow reaches every label, "
        "at what rate, and whether the kernel moves on the way.",
    ),
    "bias": Entry(
        short="Bias-generalised tangent kernel",
        title="Neural Networks with Sparse Activation Induced by Large Bias: "
        "Tighter Analysis with Bias-Generalized NTK",
        authors="H. Yang, Z. Jiang, R. Zhang, Y. Liang, Z. Wang",
        reference="arXiv 2301.00327; Journal of Machine Learning Research 25(321), 2024",
        url="https://arxiv.org/abs/2301.00327",
        about="Biases that start at B > 0 and are trained keep most units silent. The questions: "
        "how sparse the network stays, what becomes of the least eigenvalue of its kernel, and "
        "what that buys in width and generalisation.",
    ),
    "lottery": Entry(
        short="Sparse teacher and student",
        title="Why Lottery Ticket Wins? A Theoretical Perspective of Sample Complexity on "
        "Sparse Neural Networks",
        authors="S. Zhang, M. Wang, S. Liu, P.-Y. Chen, J. Xiong",
        reference="arXiv 2110.05667; Advances in Neural Information Processing Systems 34, 2021",
        url="https://arxiv.org/abs/2110.05667",
        about="A pruned student learns from a sparse teacher. The questions: how the convex "
        "region around the teacher grows with pruning, how many samples suffice, and what "
        "momentum and noise do to the rate and to the error.",
    ),
    "dual": Entry(
        short="Dual certificates",
        title="A Dual Certificate Approach to Sparsity in Infinite-Width Shallow Neural Networks",
        authors="L. Del Grande, C. Brune, M. Carioni",
        reference="arXiv 2603.17785, 2026",
        url="https://arxiv.org/abs/2603.17785",
        about="Training over measures with a total-variation penalty. The questions: where the "
        "certificate of optimality may touch its bound, how many units an optimal measure "
        "needs, when it is unique, and how it moves with noise and penalty.",
    ),
}


def entry(prefix: str) -> Entry:
    """The paper of a prefix; an unknown prefix is named as such, not invented."""
    unknown = Entry(prefix, f"Claims with the prefix {prefix}", "", "", "", "")
    return ENTRIES.get(prefix, unknown)
