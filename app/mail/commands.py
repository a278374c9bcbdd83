import sys
from datetime import datetime

import click
from flask.cli import with_appcontext

from app.core.clock import now
from app.mail.health import job_runs, system_health, workers
from app.mail.models import JobRun


@click.command()
@with_appcontext
def jobs() -> None:
    """What the scheduler did and will do, and when; exit status 1 when it is silent or a job has failed."""
    moment = now()
    for worker in workers():
        since = f"{worker.started_at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"{worker.name}: last sign of life {_ago(worker.heartbeat_at, moment)}, up since {since}")
    runs = job_runs()
    if runs:
        click.echo(f"{'job':<22}{'last run':<16}{'took':>9}{'did':>7}  {'next':<12}went")
    else:
        click.echo("No job has run yet. `ledtrad serve` or `ledtrad scheduler` runs them.")
    for run in runs:
        click.echo(_line(run, moment))
    sys.exit(1 if system_health(moment).is_heartbeat_late or any(run.error for run in runs) else 0)


def _line(run: JobRun, moment: datetime) -> str:
    took = f"{run.duration_ms} ms"
    following = _in(run.next_at, moment) if run.next_at else ""
    went = f"{run.error}, since {run.failing_since:%Y-%m-%d %H:%M} UTC" if run.error and run.failing_since else "well"
    return f"{run.name:<22}{_ago(run.started_at, moment):<16}{took:>9}{run.items:>7}  {following:<12}{went}"


def _ago(moment: datetime, at: datetime) -> str:
    return f"{_long(int((at - moment).total_seconds()))} ago"


def _in(moment: datetime, at: datetime) -> str:
    seconds = int((moment - at).total_seconds())
    return f"in {_long(seconds)}" if seconds > 0 else "now"


def _long(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
