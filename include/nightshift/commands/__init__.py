"""What the command line says and does: one file per kind of question."""
