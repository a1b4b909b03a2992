"""The documentation site: `python -m sphinx -W --keep-going docs build/site`, then open build/site/index.html.

The pages are plain Markdown that reads as well on a forge. What a site needs besides is added while they are read
(`_site/`): the navigation from docs/index.md, pictures for light and dark, the command line from its own help.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_site"), str(HERE.parent / "src")]

from mien import __version__  # noqa: E402

project = "mien"
copyright = "the authors of mien, Apache-2.0"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "pages", "api", "sidebar", "openapi", "offline"]
exclude_patterns = ["_site", "_static"]
default_role = "literal"  # docstrings write `names` as Markdown does

myst_heading_anchors = 4  # anchors as a forge makes them
myst_links_external_new_tab = False

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_use_type_comments = False
autodoc_preserve_defaults = True  # names as they stand in the source, no reprs of objects
autodoc_mock_imports = [
    "torch",
    "torchmetrics",
    "matplotlib",
    "onnx",
    "safetensors",
    "tensorboard",
    "optuna",
    "pyarrow",
    "ray",
    "fsspec",
]
python_use_unqualified_type_names = True
maximum_signature_line_length = 78
add_module_names = False

html_title = "mien"
smartquotes = False  # options begin with two hyphens
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["mien.css"]
html_favicon = "_static/mien.svg"
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_show_search_summary = False  # fetched page by page, which a browser forbids on pages from a disk
html_theme_options = {
    "light_logo": "mien.svg",
    "dark_logo": "mien.svg",
    "top_of_page_buttons": [],
}
pygments_style = "a11y-light"
pygments_dark_style = "a11y-dark"
