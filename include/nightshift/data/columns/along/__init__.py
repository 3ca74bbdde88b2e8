"""How a column is worked out along a symbol's own bars, so that its last bit depends on no more than it has to."""
