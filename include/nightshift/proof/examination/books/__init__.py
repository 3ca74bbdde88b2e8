"""Portfolios that are asked about by the dozen, walked through their sessions together."""
