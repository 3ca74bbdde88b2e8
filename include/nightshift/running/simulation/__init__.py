"""The policy backtest: a market's nights lived through again, each with what was known then, and what other policies would have earned."""
