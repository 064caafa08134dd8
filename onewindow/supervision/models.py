"""Tables of supervision: how far the facts were read, what it knows of each case, and the cards it issued."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

LEVELS = ("reminder", "yellow", "red")
CARD_STATES = ("issued", "explained", "upheld", "withdrawn", "appealed")
UNSETTLED = ("issued", "explained", "appealed")
FAR = date(9999, 12, 31)
_BOARD = [
    "region", "window", "task_code", "item_version_id", "state", "accepted_by", "promised_due_on",
    "legal_due_on", "pause_kind", "paused_on", "case",
]  # fmt: skip


class Position(models.Model):
    """How many numbered facts a reader has taken in: the next one is the leaf with this number."""

    reader = models.TextField(primary_key=True)
    leaf = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(leaf__gte=0), name="supervision_position_leaf")]


class Matter(models.Model):
    """What supervision holds of one case: nothing but a projection of its facts, to be made anew at any time.

    ``*_days`` are counts of ``unit`` of the legal clock; ``used_days`` what was counted of it up to the
    decision, after pauses (handbook 5.1 L, P and T). Due dates stand while the case is being handled.
    """

    case = models.OneToOneField(
        "cases.Case", on_delete=models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    case_no = models.TextField()
    seq = models.IntegerField()  # the last fact that was taken in
    state = models.TextField()
    is_open = models.BooleanField()
    kind = models.TextField()
    channel = models.TextField()
    organ = models.ForeignKey(
        "org.Organ", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    region = models.TextField()
    window = models.ForeignKey(
        "org.Window",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    item_version_id = models.BigIntegerField()
    task_code = models.TextField()
    accepted_by = models.TextField()
    decided_by = models.TextField()
    outcome = models.TextField()
    received_on = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    is_deemed = models.BooleanField()
    decided_on = models.DateField(null=True)
    delivered_on = models.DateField(null=True)
    unit = models.TextField()
    legal_days = models.IntegerField(null=True)
    promised_days = models.IntegerField(null=True)
    used_days = models.IntegerField(null=True)
    promised_used_days = models.IntegerField(null=True)
    visits = models.IntegerField(null=True)
    promised_due_on = models.DateField(null=True)
    legal_due_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    look_at = models.DateTimeField(null=True)
    received_hour = models.SmallIntegerField(null=True)
    decided_hour = models.SmallIntegerField(null=True)
    pause_kind = models.TextField(db_default="")
    paused_on = models.DateField(null=True)
    pauses = models.IntegerField(db_default=0)
    paused_days = models.IntegerField(db_default=0)

    class Meta:
        indexes = [
            models.Index(fields=["received_on", "case"], name="supervision_matter_received"),
            models.Index(fields=["accepted_on", "case"], name="supervision_matter_accepted"),
            models.Index(fields=["decided_on", "case"], name="supervision_matter_decided"),
            # Lists of open cases in their order; what stands still comes last.
            models.Index(
                Coalesce("due_on", FAR), "case", name="supervision_matter_due", condition=Q(is_open=True)
            ),
            models.Index(
                fields=["look_at"], name="supervision_matter_look", condition=Q(look_at__isnull=False)
            ),
            # All that boards ask of open cases, so that no row of the table itself is read for them.
            models.Index(
                fields=["organ", "due_on"],
                include=_BOARD,
                name="supervision_matter_open",
                condition=Q(is_open=True),
            ),
            # Cases that were under way on a day: received before it, decided on it or later.
            GistIndex(
                Func("received_on", "decided_on", Value("(]"), function="daterange"),
                name="supervision_matter_under_way",
                condition=Q(decided_on__gt=F("received_on")),
            ),
        ]


class Card(models.Model):
    """A card (预警提醒、黄牌、红牌): one per case, rule and mark, whose level may rise; the fold of its facts.

    ``evidence`` lists the facts it rests on: ``{"seq", "type", "at"}`` with the instant in microseconds.
    """

    card_no = models.TextField()
    version = models.IntegerField()
    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    case_no = models.TextField()
    rule = models.TextField()
    mark = models.TextField()
    level = models.TextField()
    degree = models.TextField(default="over")
    state = models.TextField()
    organ = models.ForeignKey("org.Organ", on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.TextField()
    raised_at = models.DateTimeField()
    issued_by = models.TextField(default="system")
    reply_due_on = models.DateField(null=True)
    why = models.TextField(default="")
    params = models.JSONField()
    evidence = models.JSONField()
    life = models.JSONField()
    last_at = models.DateTimeField()
    look_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["card_no"], name="supervision_card_no_once"),
            models.UniqueConstraint(fields=["case", "rule", "mark"], name="supervision_card_once"),
            models.CheckConstraint(condition=Q(level__in=LEVELS), name="supervision_card_level"),
            models.CheckConstraint(condition=Q(state__in=CARD_STATES), name="supervision_card_state"),
            models.CheckConstraint(condition=Q(version__gte=1), name="supervision_card_version"),
        ]
        indexes = [
            models.Index(fields=["organ", "-id"], name="supervision_card_organ"),
            models.Index(fields=["level", "-id"], name="supervision_card_level_new"),
            models.Index(fields=["rule", "-id"], name="supervision_card_rule"),
            models.Index(fields=["state", "-id"], name="supervision_card_state_new"),
            models.Index(fields=["raised_at"], name="supervision_card_raised"),
            models.Index(
                fields=["case", "rule"], name="supervision_card_hit", condition=~Q(state="withdrawn")
            ),
            models.Index(
                fields=["case"],
                include=["level"],
                name="supervision_card_unsettled",
                condition=Q(state__in=UNSETTLED),
            ),
            models.Index(
                fields=["look_at"], name="supervision_card_look", condition=Q(look_at__isnull=False)
            ),
        ]


def _count() -> models.BigIntegerField[int, int]:
    return models.BigIntegerField(db_default=0)


class Counted(models.Model):
    """The counts of ``rules.measures``, of one place and time."""

    received = _count()
    accepted = _count()
    accepted_deemed = _count()
    accepted_online = _count()
    accepted_closed_same_month = _count()
    closed = _count()
    closed_granted = _count()
    closed_same_day = _count()
    closed_instant = _count()
    closed_commitment = _count()
    commitment_closed_at_once = _count()
    commitment_days = _count()
    closed_online = _count()
    closed_at_window = _count()
    closed_visits_known = _count()
    closed_one_visit = _count()
    closed_no_visit = _count()
    closed_two_visits = _count()
    limited = _count()
    on_time = _count()
    early = _count()
    over_promise = _count()
    over_law = _count()
    legal_known = _count()
    legal_cases = _count()
    legal_days = _count()
    legal_used_days = _count()
    promised_cases = _count()
    promised_days = _count()
    promised_used_days = _count()
    promised_halved = _count()
    paused_cases = _count()
    paused_days = _count()

    class Meta:
        abstract = True


class Tally(Counted):
    """Counts of one ``key`` in one ``cut`` (all, organ, region, window, item, person), of one day; the rows of
    ``<cut>/month`` hold a month under its first day."""

    pk = models.CompositePrimaryKey("cut", "key", "day")
    cut = models.TextField()
    key = models.TextField()
    day = models.DateField()


class Hour(models.Model):
    """How many cases were received and decided in one hour of a day, by the window that took them in (0: none).

    ``region`` is that of the case, ``organ_id`` that of its organ.
    """

    pk = models.CompositePrimaryKey("day", "window_id", "organ_id", "region", "hour")
    day = models.DateField()
    window_id = models.BigIntegerField()
    organ_id = models.BigIntegerField()
    region = models.TextField()
    hour = models.SmallIntegerField()
    received = _count()
    decided = _count()


class Grain(Counted):
    """Counts of one day at one place in every respect; without a window ``window_id`` is 0."""

    pk = models.CompositePrimaryKey("day", "organ_id", "region", "window_id", "task_code", "person")
    day = models.DateField()
    organ_id = models.BigIntegerField()
    region = models.TextField()
    window_id = models.BigIntegerField()
    task_code = models.TextField()
    person = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["task_code", "day"], name="supervision_grain_item"),
            models.Index(fields=["person", "day"], name="supervision_grain_person"),
            models.Index(fields=["window_id", "day"], name="supervision_grain_window"),
            models.Index(fields=["organ_id", "day"], name="supervision_grain_organ"),
        ]


from onewindow.supervision.bulletin import models as bulletin  # noqa: E402, F401
from onewindow.supervision.staff import models as staff  # noqa: E402, F401  the tables of a folder of their own
