"""Slow work of parcels, for the job library in the worker process."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from onewindow.base import clock
from onewindow.parcels import services

_PATIENT = RetryStrategy(max_attempts=12, exponential_wait=4)  # the last try comes after about a day


@app.task(name=services.ORDER, queue="parcels", retry=_PATIENT)
def order(*, parcel_id: int) -> None:
    """Order a parcel at its carrier."""
    services.order(parcel_id, now=clock.now())


@app.task(name=services.SETTLE, queue="parcels", retry=_PATIENT)
def settle(*, parcel_id: int) -> None:
    """Do what the state of a parcel means."""
    services.settle(parcel_id, now=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="parcels.poll", queue="parcels", queueing_lock="parcels.poll")
def poll(timestamp: int) -> None:
    """Every ten minutes: ask after parcels that nothing was heard of for an hour."""
    services.poll(now=clock.now())
