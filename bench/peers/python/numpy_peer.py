"""numpy and scipy, each operation as people write it and as an expert would.

`as written`: the formula in the shortest numpy, in the precision of the inputs, everything allocated as it goes.
`expert`: the same numbers as fast as we could make numpy and scipy compute them: in place, into memory allocated
once, the cheaper order of products, LAPACK's best driver called directly, float32 for 0-1 gates.
"""

import json
import sys

try:
    import numpy as np
    import scipy

    # Each registers its operations.
    import numpy_kernels  # noqa: F401
    import numpy_linalg  # noqa: F401
    import numpy_networks  # noqa: F401
except ImportError as error:
    print(json.dumps({"missing": str(error)}), flush=True)
    sys.exit()

from serve import serve

if __name__ == "__main__":
    serve(f"numpy {np.__version__}, scipy {scipy.__version__}, Python {sys.version.split()[0]}")
