"""Commands that learn the queue's order from decisions and tell how good it is."""

from __future__ import annotations

import typer

from pipeline.cli.surroundings import Json, clock, settings_here

__all__ = ["relevance_app"]

relevance_app = typer.Typer(
    no_args_is_help=True, help="Learn from decisions what is worth an editor's time."
)


@relevance_app.command("train")
def train(json: Json = False) -> None:
    """Learn the queue's order from all decisions; it reorders and never decides."""
    from pipeline.cli.show import out, put, safe
    from pipeline.usecases.relevance import train as learn

    trained = learn(settings_here(), now=clock())
    if json:
        put({"decisions": trained.decisions, "learnt": trained.learnt})
    elif trained.learnt:
        out().print(f"Learnt from {trained.decisions} decisions: {safe(str(trained.path))}")
    else:
        out().print(f"{trained.decisions} decisions are too few: the plain score orders the queue.")


@relevance_app.command("eval")
def evaluate(json: Json = False) -> None:
    """Order the latest days' candidates by what earlier days taught; tell NDCG@10."""
    from pipeline.cli.show import out, put
    from pipeline.usecases.relevance import evaluate as measure

    trial = measure(settings_here(), now=clock())
    figures = {
        "oldest first": trial.oldest,
        "plain score": trial.transparent,
        "learnt": trial.learnt,
    }
    if json:
        put({"days": trial.days, "decisions": trial.decisions, "ndcg": figures})
        return
    if not trial.days:
        out().print("Nothing to compare: there are no decisions on two days yet.")
        return
    out().print(f"{trial.decisions} decisions of {trial.days} held-out day(s), mean NDCG@10:")
    for name, value in figures.items():
        out().print(f"  {name:13} {value:.3f}")
