"""Metrics: pure functions of labels, scores and returns, each with its unit and which way is better."""

from nightshift.proof.metrics.every_metric import METRICS, metric_of, metrics_of
from nightshift.proof.metrics.metric import Metric, measured

__all__ = ["METRICS", "Metric", "measured", "metric_of", "metrics_of"]
