"""What numpy's operations share."""

import numpy as np


def empty(rows, cols, like):
    """Touched memory: pages are not counted against whoever comes first."""
    return np.zeros((rows, cols), like.dtype) + like.dtype.type(1)
