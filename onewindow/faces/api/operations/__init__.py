"""Every operation of the API, a module a subject."""

from onewindow.faces.api.operation import Operation
from onewindow.faces.api.operations import (
    calendar,
    cards,
    cases,
    catalogue,
    consents,
    figures,
    files,
    identity,
    indicators,
    lists,
    parcels,
    proof,
    reviews,
    sandbox,
    uploads,
)

ALL: tuple[Operation, ...] = (
    *identity.OPERATIONS,
    *calendar.OPERATIONS,
    *catalogue.OPERATIONS,
    *lists.OPERATIONS,
    *cases.OPERATIONS,
    *files.OPERATIONS,
    *parcels.OPERATIONS,
    *uploads.OPERATIONS,
    *consents.OPERATIONS,
    *indicators.OPERATIONS,
    *figures.OPERATIONS,
    *cards.OPERATIONS,
    *proof.OPERATIONS,
    *reviews.OPERATIONS,
    *sandbox.OPERATIONS,
)
