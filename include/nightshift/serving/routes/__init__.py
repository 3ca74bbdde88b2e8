"""Every address of the service."""
