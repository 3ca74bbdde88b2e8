"""What speaks for a market move, and what for an action or an error: facts of each bar that its own night knew."""
