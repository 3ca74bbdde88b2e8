"""How the challenger was tuned and trained: its trials, its learning curve, and every family's trials."""

from __future__ import annotations

from collections.abc import Sequence

from nightshift.nouns.training import Trial, best_so_far
from nightshift.report.drawing.chart import Axis, Chart, Series, clean
from nightshift.report.drawing.numbers import shown
from nightshift.report.drawing.words import as_line
from nightshift.report.gather import Found
from nightshift.report.sections.grid import Grid, Section, column, grid, section

DRAWN_CURVES = 4


def learned(found: Found) -> tuple[Section | None, list[Chart]]:
    """The section, when there was a search or a learning curve."""
    record = found.training.get(found.challenger)
    if record is None:
        return None, []
    trials = record.trials
    charts = [chart for chart in (trial_history(found, trials), learning_curve(found, record.history)) if chart is not None]
    if not charts:
        return None, []
    tables = [_trial_table(trials)] if trials else []
    lead = (
        f"{len(trials)} trials by {record.search.strategy if record.search else 'the search'} for {found.challenger}."
        if trials
        else f"{found.challenger} was trained with the parameters given; nothing was searched."
    )
    return section("tuning", "Tuning", "How it was tuned and trained", lead, tables, [chart.key for chart in charts]), charts


def trial_history(found: Found, trials: Sequence[Trial]) -> Chart | None:
    """The loss of every trial in order, and the best so far."""
    done = best_so_far(trials)
    if not done:
        return None
    numbers, losses, best = zip(*done, strict=True)
    at = tuple(map(float, numbers))
    series = (Series("trial", losses, "candidate", at, "dots"), Series("best so far", best, "challenger", at, "steps"))
    return Chart(
        "trials",
        "Trial history",
        f"Validation loss of each trial of {found.challenger}; less is better.",
        Axis("trial", "count"),
        Axis("loss", "precise"),
        series,
    )


def learning_curve(found: Found, history: Sequence[dict[str, float | None]]) -> Chart | None:
    """What was watched per epoch or round."""
    names = [
        n for n in dict.fromkeys(name for row in history for name in row) if n not in {"step", "epoch", "round", "learning_rate", "lr"}
    ]
    rows = {name: clean([row.get(name) for row in history]) for name in names}
    kept = [name for name in names if sum(v is not None for v in rows[name]) > 1][:DRAWN_CURVES]
    if not kept:
        return None
    roles = ["challenger" if "val" in name else "naive" for name in kept]
    series = tuple(Series(name, rows[name], role) for name, role in zip(kept, roles, strict=True))
    says = f"What {found.challenger} reached after each step, on training and validation rows."
    return Chart(
        "history",
        "Learning curve",
        says,
        Axis("step", "count", values=tuple(float(row["step"] or i + 1) for i, row in enumerate(history))),
        Axis(kept[0] if len(kept) == 1 else "", "precise"),
        series,
    )


def _trial_table(trials: Sequence[Trial]) -> Grid:
    columns = [
        column("Trial"),
        column("State", "text"),
        column("Loss", "precise"),
        column("Seconds", "seconds"),
        column("Parameters", "text"),
    ]
    ordered = sorted(trials, key=lambda trial: (trial.loss is None, trial.loss or 0.0, trial.number))
    rows = [[str(t.number), t.state, t.loss, t.seconds, as_line(t.params) or t.error or ""] for t in ordered]
    return grid(f"All {len(trials)} trials, the best first (best loss {shown(ordered[0].loss, 'precise')})", columns, rows, fold=True)
