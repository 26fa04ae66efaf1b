"""What the papers say: formulas, quantities and claims. No randomness, no input or output."""

from theory.exact import InputError as InputError
from theory.quantity import quantities as quantities
from theory.quantity import quantity as quantity
