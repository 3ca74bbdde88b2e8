"""Documents of MongoDB: which collection they are in, how they come over the line, and what they are as columns."""
