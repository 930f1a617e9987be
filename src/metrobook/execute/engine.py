"""The papermill engine of Metrobook: parameters checked first, nothing run-dependent kept."""

from __future__ import annotations

import os
from tempfile import TemporaryDirectory
from typing import Any

from nbformat import NotebookNode
from papermill.engines import NBClientEngine
from traitlets.config import Config

from metrobook.execute.parameters import check_parameters

RUN_DEPENDENT = ("execution", "papermill", "ExecuteTime")


class MetrobookEngine(NBClientEngine):
    """Runs a notebook with nbclient and leaves the same bytes on every run.

    Before a kernel starts, the given parameters are checked against the declared ones;
    afterwards, times, durations, paths and execution metadata are taken out.
    """

    @classmethod
    def execute_notebook(cls, nb: NotebookNode, kernel_name: str, **options: Any) -> NotebookNode:
        """Execute a notebook.

        Raises
        ------
        ParameterError
            If the parameters do not fit the notebook; no kernel was started then.
        """
        check_parameters(nb, nb.metadata.papermill.get("parameters", {}))
        with TemporaryDirectory() as folder:
            config = Config({"AsyncKernelManager": _transport(folder)})
            options |= {"config": config, "shutdown_kernel": "immediate"}
            return strip(super().execute_notebook(nb, kernel_name, **options))


def _transport(folder: str) -> dict[str, str]:
    """Talk to the kernel through files of its own where the system can: no open ports."""
    return {"transport": "ipc", "ip": f"{folder}/kernel"} if os.name == "posix" else {}


def strip(notebook: NotebookNode) -> NotebookNode:
    """Take everything out of an executed notebook that differs from run to run."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        for key in RUN_DEPENDENT:
            cell.metadata.pop(key, None)
    return notebook
