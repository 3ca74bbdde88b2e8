"""Requests and answers as they go over HTTP: bodies, shapes, tensors."""
