"""The gate assay: how often a market's own policy is wrong, and how often it finds what is there, as sequences of nights."""
