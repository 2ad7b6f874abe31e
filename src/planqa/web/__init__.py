"""The web chat: Gradio serves it and its API; it gets `ask` passed in and holds no logic.

Importing this package loads Gradio, so the command line imports it only when it serves.
"""

from planqa.web.endpoints import Ask, Reports
from planqa.web.page import build_page
from planqa.web.server import build_app, serve

__all__ = ["Ask", "Reports", "build_app", "build_page", "serve"]
