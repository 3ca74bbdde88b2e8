"""The line run: one function a stage, the child process, the whole suite."""
