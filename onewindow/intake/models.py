"""Tables of intake: applications that are still being written, visitors that are still at the counter."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Draft(models.Model):
    """An application on its way; ``sealed`` is the encrypted content, emptied when it became a case."""

    key = models.TextField(unique=True)
    account = models.ForeignKey("base.Account", on_delete=models.PROTECT, db_index=False)
    task_code = models.TextField()
    item_version = models.IntegerField()
    step = models.TextField(default="who")
    sealed = models.BinaryField()
    saved_at = models.DateTimeField()
    case_no = models.TextField(null=True)

    class Meta:
        constraints = [
            # One open draft for one item and person: opening the form again goes on where it stopped.
            models.UniqueConstraint(
                fields=["account", "task_code"], condition=Q(case_no=None), name="intake_draft_open"
            ),
        ]
        indexes = [models.Index(fields=["account", "-saved_at"], name="intake_draft_account")]


class CounterVisit(models.Model):
    """A visitor at the counter; ``content`` is the encrypted state of the screen, emptied when the visit ends.

    ``case_no`` names the case where somebody only brings what was still missing (``intake.supplements``).
    """

    case_no = models.TextField(null=True)
    clerk = models.ForeignKey("base.Account", on_delete=models.PROTECT, db_index=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clerk", "case_no"],
                condition=Q(closed_at=None),
                name="intake_countervisit_supplement",
            ),
        ]
        indexes = [
            models.Index(
                fields=["clerk", "-opened_at"], condition=Q(closed_at=None), name="intake_countervisit_open"
            ),
        ]


class Sheet(models.Model):
    """The pages of one material of a visit while they are scanned; ``made`` is the file that they were bound to.

    ``pages`` is the list of ``sheets_rules.Page``; ``version`` grows with each change, so that nobody binds what
    they have not seen.
    """

    visit = models.ForeignKey(CounterVisit, on_delete=models.PROTECT, db_index=False)
    piece = models.IntegerField()
    material = models.TextField()
    pages = models.JSONField(default=list)
    version = models.IntegerField(default=0)
    touched_at = models.DateTimeField()
    made = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "piece", "material"], condition=Q(made=""), name="intake_sheet_open"
            ),
        ]
        indexes = [
            models.Index(fields=["visit", "piece", "material"], name="intake_sheet_row"),
            models.Index(fields=["touched_at"], name="intake_sheet_touched"),
        ]
