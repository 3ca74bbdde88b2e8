"""What a client has to know of a model before it asks."""

from __future__ import annotations

from nightshift.serving.served import stale
from nightshift.serving.served.served_model import ServedModel
from nightshift.serving.served.swapping import Serving
from nightshift.serving.wire import tensors
from nightshift.serving.wire.shapes import ModelMetadata, TensorMetadata


def metadata(serving: Serving, most_rows: int) -> ModelMetadata:
    """What a client has to know of a model: its tensors, its columns in their order, its expiry."""
    model, columns = serving.model, list(serving.model.columns.names)
    single = model.window_sessions == 1
    shape = [-1, len(columns)] if single else [-1, model.window_sessions, len(columns)]
    rows = TensorMetadata(name=tensors.ROWS if single else tensors.WINDOWS, datatype="FP32", shape=shape, parameters={"columns": columns})
    symbols = TensorMetadata(name=tensors.SYMBOLS, datatype="BYTES", shape=[-1], parameters={"optional": not model.fitted.knows_symbols})
    return ModelMetadata(
        name=model.market,
        versions=[model.version],
        platform=f"nightshift_{model.fitted.family}",
        inputs=[rows, symbols] if model.answers_rows else [],
        outputs=[TensorMetadata(name=tensors.SCORE, datatype="FP64", shape=[-1], parameters={"means": _meaning(model)})],
        parameters={
            **stale.facts(serving, stale=False),
            "label": model.label.label.model_dump(mode="json"),
            "threshold": model.label.threshold,
            "most_rows": model.most_rows(most_rows),
        },
    )


def _meaning(model: ServedModel) -> str:
    horizon = model.label.label.horizon_sessions
    return f"probability of up within {horizon} sessions" if model.release.task == "classification" else f"return over {horizon} sessions"
