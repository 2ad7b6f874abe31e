"""The web chat over the corpus here, as `planqa serve` starts it."""

import sys

from planqa.cli import main

if __name__ == "__main__":
    sys.argv[1:1] = ["serve"]
    main()
