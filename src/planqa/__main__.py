"""`python -m planqa` is `planqa`."""

from planqa.cli import main

main()
