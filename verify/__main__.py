"""`python -m verify`."""

import sys

from verify.cli import main

if __name__ == "__main__":  # workers re-import this module
    sys.exit(main())
