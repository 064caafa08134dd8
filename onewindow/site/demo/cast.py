"""The cast of the demonstration: the accounts that the contract names, and staff for every department."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from onewindow.base import accounts, crypto, passwords, settings_store
from onewindow.kernel.actor import SYSTEM
from onewindow.org import queries as org
from onewindow.org import services
from onewindow.people import queries as people_queries
from onewindow.people import services as people_services
from onewindow.site.demo import people
from onewindow.site.demo.city import BUREAU, DEPARTMENTS, HOUSING, INTEGRATED, MARKET, OFFICE, City

# Fictional people 0 to 99 are applicants with an account, from 100 on staff; the simulation begins at 10,000.
STAFF_FROM = 100
STRANGERS_FROM = 10_000
CITIZENS = 4
FIRMS = 2
_EARLIEST = date(2020, 1, 1)  # duties reach back so that a sandbox may begin in the past

DEPUTIES = (
    ("examiner1", "examiner1b"),
    ("approver1", "approver1b"),
    ("examiner2", "examiner2b"),
    ("approver2", "approver2b"),
    ("clerk1", "clerk2"),
)


class Post(NamedTuple):
    """One member of staff: user name, what they are, where they sit, and the roles there."""

    username: str
    title: str
    organ: str
    roles: tuple[str, ...]
    window: str | None = None
    everywhere: bool = False


def posts() -> list[Post]:
    """All staff, always in the same order."""
    return [*_named(), *_departments()]


def load(city: City, *, password: str, now: datetime) -> int:
    """Make the accounts that are not there yet; returns how many. ``password`` is that of all of them.

    When it is not the one of the last time, the accounts of the cast get it anew.
    """
    encoded = passwords.encode(password)
    known = {one.username for one in org.staff()}  # asked once: each deed below makes this process forget
    made = 0
    for order, post in enumerate(posts()):
        if post.username not in known:
            _take_on(post, city, order, encoded, now)
            made += 1
    _arrange(city, now)
    made += sum(_citizen(number, encoded, now) for number in range(1, CITIZENS + 1))
    made += sum(_operator(number, encoded, now) for number in range(1, FIRMS + 1))
    _keep_password(password, encoded)
    return made


def usernames() -> list[str]:
    """Everybody in the cast who can log in."""
    return [
        *(f"citizen{number}" for number in range(1, CITIZENS + 1)),
        *(f"enterprise{number}" for number in range(1, FIRMS + 1)),
        *(post.username for post in posts()),
    ]


def _named() -> list[Post]:
    clerks = [
        Post(f"clerk{number}", "综合窗口受理员", OFFICE, ("clerk",), f"综合{number}", everywhere=True)
        for number in range(1, INTEGRATED + 1)
    ]
    return [
        *clerks,
        Post("clerk9", "公安专窗受理员", "区公安分局", ("clerk",), "专区1"),
        Post("clerk10", "税务专窗受理员", "广安区税务局", ("clerk",), "专区2"),
        Post("clerk11", "社保专窗受理员", "区人社局", ("clerk",), "专区3"),
        Post("clerk12", "便民服务中心受理员", OFFICE, ("clerk",), "SFQ-T1", everywhere=True),
        Post("dual1", "审查兼审批人员", HOUSING, ("examiner", "approver")),
        Post("issuer1", "出件窗口人员", OFFICE, ("issuer",), "出件1", everywhere=True),
        Post("issuer2", "出件窗口人员", OFFICE, ("issuer",), "出件2", everywhere=True),
        Post("catalog1", "事项管理员", OFFICE, ("catalog",), everywhere=True),
        Post("establishment1", "编办审核员", "区委编办", ("establishment",), everywhere=True),
        Post("legal1", "合法性审核员", "区司法局", ("legal",), everywhere=True),
        Post("leader1", "区政府领导", "区政府办", ("leader",), everywhere=True),
        Post("supervisor1", "电子监察员", "区效能办", ("supervisor",), everywhere=True),
        Post("manager1", "政务服务中心主任", OFFICE, ("manager",), everywhere=True),
        Post("sysadmin", "系统管理员", OFFICE, ("sysadmin",), everywhere=True),
        Post("secadmin", "安全管理员", OFFICE, ("secadmin",), everywhere=True),
        Post("auditor", "审计管理员", OFFICE, ("auditor",), everywhere=True),
    ]


def _departments() -> list[Post]:
    found = []
    for number, (organ, _) in enumerate(DEPARTMENTS, start=1):
        titles = (
            ("审查科科长", "行政审批科科长", "局长")
            if organ == BUREAU
            else ("审查员", "审批科科长", "负责人")
        )
        for role, title in zip(("examiner", "approver", "head"), titles, strict=True):
            found.append(Post(f"{role}{number}", title, organ, (role,)))
    # A second pair of hands where most of the demonstration's cases go: AB岗.
    found += [
        Post("examiner1b", "审查员", HOUSING, ("examiner",)),
        Post("approver1b", "审批人员", HOUSING, ("approver",)),
    ]
    found += [
        Post("examiner2b", "审查员", MARKET, ("examiner",)),
        Post("approver2b", "审批人员", MARKET, ("approver",)),
    ]
    # The second pair of eyes on changes of duties; last, so that everybody before keeps name and number.
    found.append(Post("secadmin2", "安全管理员", OFFICE, ("secadmin",), everywhere=True))
    return found


def _take_on(post: Post, city: City, order: int, encoded: str, now: datetime) -> None:
    organ_id = city.organs[post.organ]
    staff_id = services.hire(
        SYSTEM,
        username=post.username,
        name=people.name(STAFF_FROM + order),
        organ_id=organ_id,
        number=f"SF{order + 1:04d}",
        title=post.title,
        window_id=city.windows[post.window] if post.window else None,
        id_number=people.id_number(STAFF_FROM + order),
        password_hash=encoded,
        now=now,
    )
    for role in post.roles:
        services.appoint(
            SYSTEM,
            staff_id,
            role=role,
            organ_id=None if post.everywhere else organ_id,
            from_on=min(_EARLIEST, now.date()),
            now=now,
        )


def _arrange(city: City, now: datetime) -> None:
    """Chief representatives at the window, and deputies."""
    since = min(_EARLIEST, now.date())
    without = [name for name, _ in DEPARTMENTS if org.chief_of(city.organs[name], on=now.date()) is None]
    approvers = {name: _id(f"approver{number}") for number, (name, _) in enumerate(DEPARTMENTS, start=1)}
    for name in without:
        services.grant_authority(
            SYSTEM,
            approvers[name],
            organ_id=city.organs[name],
            powers=("decide",),
            is_chief=True,
            from_on=since,
            now=now,
        )
    for one, deputy in DEPUTIES:
        if not org.has_deputy(_id(one)):
            services.name_deputy(SYSTEM, _id(one), deputy_id=_id(deputy), from_on=since, now=now)


def _id(username: str) -> int:
    found = org.staff_by_username(username)
    assert found is not None
    return found.id


def _citizen(number: int, encoded: str, now: datetime) -> bool:
    return _register(f"citizen{number}", number, encoded, now)


def _operator(number: int, encoded: str, now: datetime) -> bool:
    is_new = _register(f"enterprise{number}", 50 + number, encoded, now)
    account = accounts.find(f"enterprise{number}")
    assert account is not None
    actor = people_queries.actor_for(account.id, username=account.username, name=account.name, on=now.date())
    if not actor.has("enterprise"):
        title, code = people.firm(number)
        people_services.bind_firm(
            actor, name=title, uscc=code, until_on=now.date() + timedelta(days=3 * 365), now=now
        )
    return is_new


def _register(username: str, number: int, encoded: str, now: datetime) -> bool:
    if accounts.find(username) is not None:
        return False
    people_services.register(
        username, password=None, password_hash=encoded, applicant=people.person(number), now=now
    )
    return True


def _keep_password(password: str, encoded: str) -> None:
    """Only a password that was chosen anew is set anew: whoever changed his own keeps it."""
    digest = crypto.lasting_hash("demo-password", password).hex()
    kept = settings_store.get("demo.password")
    if kept is not None and kept != digest:
        accounts.set_passwords(usernames(), password_hash=encoded)
    settings_store.put("demo.password", digest)
