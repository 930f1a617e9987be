"""How notebooks run: their parameters, the papermill engine, the workflow and its messages."""
