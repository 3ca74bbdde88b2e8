"""A challenger that is promoted, or forced → `<night>/staged`: everything a release holds but its version, sealed, served by nobody yet."""

from __future__ import annotations

import shutil
from pathlib import Path

from nightshift.errors import ReleaseRefused
from nightshift.gates.recipe import recipe
from nightshift.nouns.evaluation_record import Evaluation
from nightshift.nouns.night_record import NightRecord
from nightshift.nouns.release import Release, ReleaseColumns, ReleaseLabel
from nightshift.nouns.scores import Scores
from nightshift.nouns.training import TrainingRecord
from nightshift.nouns.verdict_record import Verdict
from nightshift.nouns.walk_record import WalkRecord
from nightshift.release import sample
from nightshift.release.card import model_card
from nightshift.release.registry.differences import Made, changelog
from nightshift.storage import ledger, provenance, store
from nightshift.storage.night import Night


def stage(night: Night, *, force: bool = False) -> str:
    """The address of the night's staged release; only a PROMOTE verdict is staged, or any challenger that a person forces.

    The release keeps the verdict that it had.
    """
    verdict = night.read(Verdict, "verdict")
    if verdict.challenger is None:
        raise ReleaseRefused(
            expected="a challenger to release",
            found=f"none; {verdict.decision}: {verdict.headline}",
            next_step="nightshift report shows why no family could be judged; this cannot be forced",
        )
    if not verdict.promotes and not force:
        raise ReleaseRefused(
            expected="a PROMOTE verdict",
            found=f"{verdict.decision}: {verdict.headline}",
            next_step="nightshift report shows the checks",
        )
    return store.write(night.stage("staged"), lambda folder: _fill(night, verdict, force, folder))


def _fill(night: Night, verdict: Verdict, force: bool, folder: Path) -> None:
    fitted = night.folder("models", str(verdict.challenger))
    evaluation, columns = night.read(Evaluation, "evaluation"), _columns(night)
    shutil.copytree(fitted / "model", folder / "model")
    parent = _parent(night, verdict, force)
    release = _release(night, verdict, parent, evaluation, TrainingRecord.read(fitted), _bytes(folder / "model"))
    _sample(night, fitted, release, folder / sample.FILE)
    label = ReleaseLabel(label=night.market.label, threshold=night.market.costs.threshold)
    changes = changelog(Made(release, columns.names), parent)
    for record in (release, columns, label, verdict, changes):
        record.write(folder)
    walk = WalkRecord.read(fitted) if (fitted / WalkRecord.FILE).is_file() else None
    if walk:
        walk.write(folder)
    (folder / "model_card.md").write_text(model_card(night.market, release, columns, evaluation, verdict, changes, walk))


def _columns(night: Night) -> ReleaseColumns:
    from nightshift.data.columns import COLUMNS, load_panel

    names = load_panel(night.columns).names  # as learned: columns that were left out tonight are not among them
    return ReleaseColumns(names=names, warmup_sessions={name: COLUMNS[name].warmup_sessions for name in names})


def _release(
    night: Night, verdict: Verdict, parent: str | None, evaluation: Evaluation, training: TrainingRecord, model_bytes: int
) -> Release:
    from nightshift.data.columns import load_panel

    family, panel = str(verdict.challenger), load_panel(night.columns)
    return Release(
        market=night.market.market,
        night=night.address,
        family=family,
        recipe=recipe(night.market, night.options),
        study=training.search.study if training.search else None,
        parent=parent,
        snapshot=night.snapshot,
        column_store=night.columns,
        symbols=panel.symbols,
        first_session=str(panel.sessions[0]),
        session=str(panel.sessions[-1]),  # of its newest bar, whatever session was asked about
        as_of=night.as_of.isoformat(),
        learned_until=training.learned_until,
        params=training.params,
        rows=training.rows,
        seed=training.seed,
        threads=training.threads,
        task=night.market.label.task,
        libraries=provenance.libraries(),
        lock_sha256=provenance.lock_sha256(),
        code=night.read(NightRecord, "night").code,
        measures={part: of.get(family, {}) for part, of in evaluation.measures.items()},
        model_bytes=model_bytes,
        **provenance.git(),
    )


def _parent(night: Night, verdict: Verdict, force: bool) -> str | None:
    """The version that was served when the night was judged: still served, unless a person forces what was judged over another."""
    live = ledger.live(night.market.market)
    serving = live.version if live else None
    if verdict.champion_judged and verdict.champion_version != serving:
        if force:
            return verdict.champion_version
        raise ReleaseRefused(
            expected=f"{night.market.market} to serve {verdict.champion_version or 'nothing'}, which the challenger was compared with",
            found=f"it serves {serving or 'nothing'} now",
            next_step="run the night again: it is judged against what is served now",
        )
    return serving


def _sample(night: Night, fitted: Path, release: Release, file: Path) -> None:
    from nightshift.data.columns import load_panel
    from nightshift.models import FAMILIES

    family = FAMILIES[release.family]
    panel = load_panel(night.columns)
    trained = Scores.of_model(fitted, panel)
    sample.write(file, trained, family.warmup_sessions(family.Params.model_validate(release.params)))


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
