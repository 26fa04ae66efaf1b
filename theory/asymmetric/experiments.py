"""What the figures of section 6 show, as orderings of the four node scalings.

The arms are g1: gamma = 1; s1: alpha = 0.7, gamma = 0.5; s2: alpha = 0.5, gamma = 0.2;
s3: alpha = 0.4, gamma = 0. A claim's form is a tuple of pairs (lower curve, upper curve).
"""

from __future__ import annotations

from theory.claim import Mark
from theory.ordering import ordering

TRAIN = (("g1", "s1"), ("s1", "s2"), ("s2", "s3"))
TEST = (("g1", "s3"), ("s1", "s3"), ("s2", "s3"))
MOVEMENT = (("g1", "s1"), ("s1", "s2"), ("s2", "s3"))
EIGENVALUE = (("s3", "s2"), ("s2", "s1"), ("s1", "g1"))
HEAVY_PRUNING = (("s3", "s2"), ("s3", "s1"), ("s3", "g1"))
LIGHT_PRUNING = (("s1", "g1"), ("s2", "g1"))
TRANSFER = (("s1", "g1"), ("s2", "g1"), ("s3", "g1"), ("s3", "s1"), ("s3", "s2"))
ACCURACY = (("s3", "s2"), ("s2", "s1"), ("s3", "g1"))


CLAIMS = (
    ordering(
        "asym.exp.train",
        "Training error rises with the asymmetry",
        "Section 6.1, Figure 1",
        "After the same number of steps the median network has a training error ordered as "
        "$gamma = 1$ below $(alpha, gamma) = (0.7, 0.5)$ below $(0.5, 0.2)$ below $(0.4, 0)$. "
        "Early in training the order of the first two may be the other way round.",
        TRAIN,
        mark=Mark.SOURCE,
    ),
    ordering(
        "asym.exp.test",
        "Test error on simulated data is largest without a uniform share",
        "Section 6.1, Figure 1",
        "On simulated data the final test error of the median network is larger for "
        "$(alpha, gamma) = (0.4, 0)$ than for each other setting. The others differ by up to "
        "twelve per cent in the figure; their order is not claimed.",
        TEST,
        mark=Mark.SOURCE,
    ),
    ordering(
        "asym.exp.weights",
        "Weights move further with the asymmetry",
        "Section 6.1, Figure 1, and section 6.2",
        "At the end of training the unit that moved most has moved least for $gamma = 1$, then "
        "for $(alpha, gamma) = (0.7, 0.5)$, $(0.5, 0.2)$ and most for $(0.4, 0)$.",
        MOVEMENT,
        mark=Mark.SOURCE,
    ),
    ordering(
        "asym.exp.kernel",
        "The tangent Gram matrix changes more with the asymmetry",
        "Section 6.1, Figure 1, and section 6.2",
        "At the end of training the spectral norm of $Theta_m (X, W_t) - Theta_m (X, W_0)$ is "
        "least for $gamma = 1$, then for $(alpha, gamma) = (0.7, 0.5)$, $(0.5, 0.2)$ and "
        "largest for $(0.4, 0)$.",
        MOVEMENT,
        mark=Mark.SOURCE,
    ),
    ordering(
        "asym.exp.eigenvalue",
        "The least eigenvalue falls with the asymmetry",
        "Section 6.1, Figure 1, and section 6.2",
        "The least eigenvalue of the tangent Gram matrix is largest for $gamma = 1$, then for "
        "$(alpha, gamma) = (0.7, 0.5)$, $(0.5, 0.2)$ and smallest for $(0.4, 0)$.",
        EIGENVALUE,
        mark=Mark.SOURCE,
    ),
    ordering(
        "asym.exp.pruning",
        "Without a uniform share a network survives heavy pruning",
        "Section 6.2",
        "After removing 95 per cent of the units, those of least $lambda_(m,j)$ first, the test "
        "error for $(alpha, gamma) = (0.4, 0)$ is below that of each other setting.",
        HEAVY_PRUNING,
        mark=Mark.SOURCE,
    ),
    ordering(
        "asym.exp.pruning_light",
        "Asymmetrical networks survive light pruning better",
        "Section 6.2",
        "After removing 15 per cent of the units, those of least $lambda_(m,j)$ first, the test "
        "errors for $(alpha, gamma) = (0.7, 0.5)$ and $(0.5, 0.2)$ are below that for "
        "$gamma = 1$. Under heavier pruning this order may end.",
        LIGHT_PRUNING,
        mark=Mark.SOURCE,
    ),
    ordering(
        "asym.exp.transfer",
        "The first units of asymmetrical networks transfer better",
        "Section 6.2",
        "Another network that learns from the ten units of largest $lambda_(m,j)$ alone has its "
        "largest test error for $gamma = 1$ and its least for $(alpha, gamma) = (0.4, 0)$.",
        TRANSFER,
        mark=Mark.SOURCE,
    ),
    ordering(
        "asym.exp.accuracy",
        "Accuracy of classification falls with the asymmetry",
        "Sections 6.3 and 6.4",
        "The final test accuracy for $(alpha, gamma) = (0.4, 0)$ is below that for $(0.5, 0.2)$ "
        "and for $gamma = 1$, and that for $(0.5, 0.2)$ is below that for $(0.7, 0.5)$. The "
        "difference between $(0.7, 0.5)$ and $gamma = 1$ is half a point and is not claimed.",
        ACCURACY,
        mark=Mark.SOURCE,
    ),
)
