"""What the gate knows, in plain lines: for the command line, the task's log and the mail, in the page's number formats."""
