"""The hunt inside the models: what is learned of columns before a fit is learned on training rows alone.

Families are asked to learn their preparation and nothing else, twice: on the night's rows, and with other values and outcomes in
every session that is not one of training. What a family learns inside its own library, with rows that it was given, is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nightshift.data.columns.storing import account
from nightshift.data.splits import Ordered
from nightshift.errors import TrainingFailed
from nightshift.models import Context, Family
from nightshift.models.fitted import fit
from nightshift.models.neural import sequence_windows
from nightshift.models.neural.network_params import NeuralParams
from nightshift.nouns.leak_hunt import Look, Offence
from nightshift.nouns.panel import Panel, rows_of
from nightshift.proof.sentinel.comparing import Finding

SYMBOLS = 6  # whose rows are learned from: the code is the same for all

Asked = tuple[Family, dict[str, Any]]  # a family and its parameters tonight
Learned = dict[str, tuple[Any, ...]]  # what was learned, by step and column


def hunt(panel: Panel, split: Ordered, families: Sequence[Asked], context: Context, random: np.random.Generator) -> Finding:
    """Everything that the night's families learn before they fit, against other validation, test and latest sessions."""
    chosen = np.sort(random.permutation(len(panel.symbols))[:SYMBOLS])
    small = replace(
        panel, symbols=tuple(panel.symbols[row] for row in chosen), values=np.asarray(panel.values[chosen]), label=panel.label[chosen]
    )
    other = disturbed(small, split.train, context, random)
    last = str(panel.sessions[split.train[-1]])
    looks, offences = [], []
    for step, learn in _steps(split, families, context):
        try:
            was, again = learn(small), learn(other)
        except TrainingFailed:  # too little to learn from: `train` will say so
            continue
        looks.append(
            Look(
                step="preparation",
                future="perturbed",
                symbols=len(chosen),
                first_cut=last,
                last_cut=last,
                values=sum(map(len, was.values())),
            )
        )
        differing = next((name for name in sorted(was.keys() | again.keys()) if was.get(name) != again.get(name)), None)
        if differing is not None:
            name = f"{step}: {differing}"
            offences.append(Offence(step="preparation", name=name, symbol="", session=last, cut=last, future="perturbed"))
    return Finding(tuple(looks), tuple(offences))


def disturbed(panel: Panel, train: np.ndarray, context: Context, random: np.random.Generator) -> Panel:
    """The panel with other values and outcomes wherever it is not the training part; what is unknown stays so."""
    rest = np.ones(len(panel.sessions), dtype=bool)
    rest[train] = False
    values, label = panel.values.copy(), panel.label.copy()
    values[:, rest] = values[:, rest] * np.float32(3.0) + random.normal(5.0, 2.0, values[:, rest].shape).astype(np.float32)
    later = label[:, rest]
    label[:, rest] = 1.0 - later if context.task == "classification" else random.permuted(later, axis=1) * -2.0
    return replace(panel, values=values, label=label)


def _steps(split: Ordered, families: Sequence[Asked], context: Context) -> Iterator[tuple[str, Any]]:
    """What is learned tonight, each once: (what, panel → learned)."""
    yield "columns left out", lambda panel: {name: (why,) for name, why in account.left_out(panel.values, panel.names, split.train).items()}
    seen: set[object] = set()
    for family, params in families:
        chosen = family.Params.model_validate(params)
        kind = (chosen.scaling, chosen.selection, chosen.selected_columns if chosen.selection != "none" else 0)
        if kind not in seen and kind[:2] != ("none", "none"):
            yield f"preparation of {family.name}", _preparation(replace(family, fit=_nothing), params, split, context)
        if isinstance(chosen, NeuralParams) and "windows" not in seen:
            yield f"windows of {family.name}", _windows(split, getattr(chosen, "length", 1))
            seen.add("windows")
        seen.add(kind)


def _nothing(*_: Any) -> None:
    """A family's own fit is not asked."""


def _preparation(family: Family, params: dict[str, Any], split: Ordered, context: Context) -> Any:
    def learn(panel: Panel) -> Learned:
        learned = fit(family, params, rows_of(panel, split.train), rows_of(panel, split.validate), context).preparation
        numbers = {f"scale of {name}": pair for name, *pair in zip(learned.kept, learned.centre, learned.scale, strict=False)}
        return {"columns kept": learned.kept} | {name: tuple(pair) for name, pair in numbers.items()}

    return learn


def _windows(split: Ordered, length: int) -> Any:
    """The scaling of sequence windows, and the training windows themselves: they end at their own row."""

    def learn(panel: Panel) -> Learned:
        rows = rows_of(panel, split.train)
        scaling = sequence_windows.learned_scaling(rows)
        feed = sequence_windows.feed(rows, scaling, length, "sequence", panel.symbols)
        spreads = {
            f"scale of {name}": pair for name, *pair in zip(panel.names, scaling.mean.tolist(), scaling.spread.tolist(), strict=True)
        }
        return {name: tuple(pair) for name, pair in spreads.items()} | {
            "values in windows": (feed.flat[feed.ends].tobytes(), feed.flat.tobytes())
        }

    return learn
