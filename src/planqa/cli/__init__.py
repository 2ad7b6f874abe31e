"""The command line: it reads arguments, calls the stage that does the work, and prints what comes back.

What a command needs is imported when it runs, so that `planqa --help` loads no library, and `planqa ask` on a
built index neither torch nor Gradio.
"""

from planqa.cli.entry import main

__all__ = ["main"]
