"""The web chat: Gradio serves it and its API; it gets `ask` passed in and holds no logic.

Importing this package loads Gradio, so the command line imports it only when it serves.
"""

from planqa.web.endpoints import Ask, Reports
from planqa.web.feedback import Feedback
from planqa.web.server import build_app, serve
from planqa.web.shelf import Shelf

__all__ = ["Ask", "Feedback", "Reports", "Shelf", "build_app", "serve"]
