"""The inference service: what is served answers over HTTP, from its verified local copy, and never longer than it is good."""
