"""Tables of the organisation; private to this room, read through ``org.queries``."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from onewindow.kernel.actor import ADMINISTRATORS, STAFF_ROLES
from onewindow.org.rules import POWERS

LEVELS = ("province", "city", "district", "town", "village")
ORGAN_MODELS = ("department", "bureau", "office")
ABSENCE_KINDS = ("leave", "business", "sick")
CHANGES = ("appoint", "revoke", "grant-authority", "revoke-authority")
CHANGE_STATES = ("proposed", "confirmed", "declined", "withdrawn")
WINDOW_KINDS = ("integrated", "special", "issue", "advisory")

_ENDS_AFTER_START = Q(until_on__isnull=True) | Q(until_on__gte=F("from_on"))


class Region(models.Model):
    """A division; ``code`` has 6 digits down to the district, 9 for towns, 12 for villages."""

    code = models.TextField(primary_key=True)
    name = models.TextField()
    level = models.TextField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__in=LEVELS), name="org_region_level"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})$"), name="org_region_code"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="org_region_valid",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("code")), name="org_region_not_own_parent"
            ),
        ]


class Organ(models.Model):
    """A body that decides or runs: a department, an approval bureau (审批局), or an office beside them."""

    code = models.TextField(unique=True)
    name = models.TextField(unique=True)
    short_name = models.TextField()
    uscc = models.TextField(blank=True, default="")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    model = models.TextField(default="department")
    supervising_office = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    # Named on its decisions as the ways to object; "" where nobody has entered them.
    reconsideration_organ = models.TextField(blank=True, default="")
    court = models.TextField(blank=True, default="")
    official_name = models.TextField(blank=True, default="")  # on its papers; "" where ``name`` is whole

    class Meta:
        indexes = [models.Index(fields=["uscc"], name="org_organ_uscc", condition=~Q(uscc=""))]
        constraints = [
            models.CheckConstraint(condition=Q(model__in=ORGAN_MODELS), name="org_organ_model"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(code=""), name="org_organ_named"),
        ]


class ServiceCenter(models.Model):
    """A hall: 政务服务中心, 便民服务中心."""

    code = models.TextField(unique=True)
    name = models.TextField(unique=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)


class Window(models.Model):
    """A window of a hall: 综合, 专业 (of one organ), 出件 or 咨询."""

    center = models.ForeignKey(ServiceCenter, on_delete=models.PROTECT, related_name="windows")
    code = models.TextField()
    name = models.TextField()
    kind = models.TextField()
    organ = models.ForeignKey(Organ, on_delete=models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["center", "code"], name="org_window_once"),
            models.CheckConstraint(condition=Q(kind__in=WINDOW_KINDS), name="org_window_kind"),
            models.CheckConstraint(
                condition=Q(kind="special", organ__isnull=False)
                | (~Q(kind="special") & Q(organ__isnull=True)),
                name="org_window_special_has_organ",
            ),
        ]


class Staff(models.Model):
    """Somebody who works behind the window; the key is that of the account."""

    account = models.OneToOneField(
        "base.Account", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    number = models.TextField(unique=True)
    name = models.TextField()
    title = models.TextField(blank=True, default="")
    organ = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="+")
    window = models.ForeignKey(Window, on_delete=models.PROTECT, null=True, related_name="+")
    phone = models.TextField(blank=True, default="")
    person_hash = models.BinaryField(null=True)  # keyed hash of the id number: one person, one staff account
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_hash"], name="org_staff_one_per_person"),
        ]


class Duty(models.Model):
    """A role held from a day to a day, for one organ (None: for all) and one region (None: all)."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="duties")
    role = models.TextField()
    organ = models.ForeignKey(Organ, on_delete=models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    is_revoked = models.BooleanField(default=False)
    granted_by = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=STAFF_ROLES), name="org_duty_role"),
            models.CheckConstraint(condition=_ENDS_AFTER_START, name="org_duty_dates"),
            models.UniqueConstraint(
                fields=["staff", "role", "organ"],
                condition=Q(is_revoked=False),
                name="org_duty_once",
                nulls_distinct=False,
            ),
            # Three separate administrators: nobody holds two of these, not even on different days,
            # until the first one has been revoked.
            models.UniqueConstraint(
                fields=["staff"],
                condition=Q(is_revoked=False, role__in=ADMINISTRATORS),
                name="org_duty_one_administrator_role",
            ),
        ]


class DutyChange(models.Model):
    """A change of somebody's duties: one security administrator proposes, another confirms.

    The persons stand in the row as columns, so that the database itself refuses one who would be both, or
    who changes his own duties, whatever the code does.
    """

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="changes")
    deed = models.TextField()
    body = models.JSONField()
    reason = models.TextField()
    state = models.TextField(default="proposed")
    proposer = models.ForeignKey("base.Account", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("base.Account", on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(deed__in=CHANGES), name="org_dutychange_deed"),
            models.CheckConstraint(condition=Q(state__in=CHANGE_STATES), name="org_dutychange_state"),
            models.CheckConstraint(
                condition=~Q(proposer=F("staff")) & (Q(second=None) | ~Q(second=F("staff"))),
                name="org_dutychange_not_own",
            ),
            models.CheckConstraint(
                condition=Q(second=None) | ~Q(second=F("proposer")), name="org_dutychange_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(second__isnull=False), name="org_dutychange_confirmed"
            ),
        ]
        indexes = [models.Index(fields=["staff"], name="org_dutychange_open", condition=Q(state="proposed"))]


class Authority(models.Model):
    """A power given to one person beyond the duties: above all that of the chief representative (首席代表).

    ``items`` lists the task codes it is limited to; empty means all items of the organ.
    """

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="authorities")
    organ = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="+")
    powers = models.JSONField()
    items = models.JSONField(default=list)
    is_chief = models.BooleanField(default=False)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    is_revoked = models.BooleanField(default=False)
    granted_by = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_ENDS_AFTER_START, name="org_authority_dates"),
            models.CheckConstraint(
                condition=Q(powers__contained_by=list(POWERS)) & ~Q(powers=[]), name="org_authority_powers"
            ),
            models.UniqueConstraint(
                fields=["organ"],
                condition=Q(is_revoked=False, is_chief=True),
                name="org_authority_one_chief_per_organ",
            ),
        ]


class Deputy(models.Model):
    """AB岗: who takes over while the other is absent."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    is_revoked = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(staff=F("deputy")), name="org_deputy_is_another"),
            models.CheckConstraint(condition=_ENDS_AFTER_START, name="org_deputy_dates"),
            models.UniqueConstraint(
                fields=["staff", "deputy"], condition=Q(is_revoked=False), name="org_deputy_once"
            ),
        ]


class Absence(models.Model):
    """Days on which somebody is away; the inbox passes to the deputy."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="absences")
    from_on = models.DateField()
    until_on = models.DateField()
    kind = models.TextField(default="leave")
    reason = models.TextField(blank=True, default="")
    is_cancelled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="org_absence_dates"),
            models.CheckConstraint(condition=Q(kind__in=ABSENCE_KINDS), name="org_absence_kind"),
        ]
        indexes = [
            models.Index(fields=["until_on"], name="org_absence_until", condition=Q(is_cancelled=False)),
        ]
