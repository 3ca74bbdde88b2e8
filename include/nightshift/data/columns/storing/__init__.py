"""The column store: how columns, labels and parts lie in folders, and how a night that is a session longer uses them again."""
