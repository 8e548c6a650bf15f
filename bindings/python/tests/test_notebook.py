"""The notebook of the examples answers its questions from beginning to end."""

from __future__ import annotations

from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[3] / "examples" / "extract"


def test_the_notebook_runs() -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    notebook = nbformat.read(EXAMPLES / "interviews.ipynb", as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=180, resources={"metadata": {"path": str(EXAMPLES)}})
    client.execute()
    plots = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert len(plots) == 5, "each question has its plot"
