from datetime import datetime

import click
from flask.cli import with_appcontext

from app.core.clock import now
from app.mail.queries import job_runs, workers


@click.command()
@with_appcontext
def jobs() -> None:
    """What the scheduler has done, and when."""
    moment = now()
    for worker in workers():
        since = f"{worker.started_at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"{worker.name}: last sign of life {_ago(worker.heartbeat_at, moment)}, up since {since}")
    runs = job_runs()
    if not runs:
        click.echo("No job has run yet. `ledtrad serve` or `ledtrad scheduler` runs them.")
        return
    click.echo(f"{'job':<22}{'last run':<16}{'took':>9}{'did':>7}  went")
    for run in runs:
        took = f"{run.duration_ms} ms"
        click.echo(f"{run.name:<22}{_ago(run.started_at, moment):<16}{took:>9}{run.items:>7}  {run.error or 'well'}")


def _ago(moment: datetime, at: datetime) -> str:
    seconds = int((at - moment).total_seconds())
    if seconds < 120:
        return f"{seconds} s ago"
    return f"{seconds // 60} min ago" if seconds < 7200 else f"{seconds // 3600} h ago"
