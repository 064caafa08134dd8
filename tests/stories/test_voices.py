"""What the served say: a bad rating made good, and a complaint from entry to answer with the complainant hidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onewindow.base import clock
from onewindow.reviews.models import Ticket
from onewindow.reviews.queries import complaints as complaint_queries
from onewindow.reviews.queries import ratings
from onewindow.reviews.queries import tickets as ticket_queries
from onewindow.reviews.rules.ratings import Rateable
from onewindow.reviews.services import complaints, tickets
from tests.world import FUND, HOUSING, Answer, Api, actor, applicant, move

Open = Callable[..., Api]


def act(api: Open, who: str, what: str, number: str, name: str, **body: Any) -> Answer:
    version = api("supervisor1").get(f"/{what}/{number}").json["version"]
    return api(who).post(f"/{what}/{number}/actions/{name}", {"version": version} | body)


def state(answer: Answer) -> str:
    assert answer.status == 200, answer
    found: str = answer.json["state"]
    return found


def test_a_bad_rating_is_made_good(api: Open) -> None:
    """Rated 2, verified, appealed and upheld, rectified in time, answered, called back, rated again with 4."""
    case = api("clerk1").act(api("clerk1").create(FUND), "accept")
    case = api("approver1").act(case, "decide", outcome="grant")
    rated = api().post(
        "/ratings",
        {
            "case_no": case["case_no"], "check": case["query_code"], "link": "completion", "grade": 2,
            "tags": ["extra-material"], "text": "要了一份指南上没有的证明", "anonymous": False,
        },
    )  # fmt: skip
    assert rated.json["ticket"] is True
    (line,) = api("manager1").get("/tickets?state=opened").json["results"]
    number = line["number"]
    assert (line["due_on"], line["organ"]) == ("2026-09-09", HOUSING)

    assert state(act(api, "manager1", "tickets", number, "receive")) == "received"
    assert act(api, "head1", "tickets", number, "verify", verdict="mistaken", text="不实").status == 403
    answer = act(
        api, "manager1", "tickets", number, "verify", verdict="real", text="调取了材料清单，确有其事"
    )
    assert state(answer) == "verified"
    assert (
        answer.json["rectify_due_on"] == "2026-09-29"
    )  # 15 working days: Sunday 20 September is worked, the 25th is not

    assert state(act(api, "head1", "tickets", number, "appeal", text="申请人自愿多交")) == "appealed"
    assert (
        act(api, "manager1", "tickets", number, "settle", verdict="mistaken", text="改").code == "same-person"
    )
    assert (
        state(act(api, "supervisor1", "tickets", number, "settle", verdict="real", text="维持")) == "verified"
    )
    assert act(api, "head1", "tickets", number, "appeal", text="再申诉").code == "appealed-once"

    move("2026-09-15")
    assert (
        state(act(api, "head1", "tickets", number, "rectify", text="撤掉这份证明，培训窗口")) == "rectified"
    )
    assert state(act(api, "head1", "tickets", number, "answer", text="对不起，已改正")) == "answered"
    assert act(api, "head1", "tickets", number, "call", outcome="satisfied", text="好").status == 403

    found = tickets.open_rater(actor("supervisor1"), number, reason="回访", now=clock.now())
    assert found["phone"] == applicant()["phone"]
    assert (
        state(act(api, "manager1", "tickets", number, "call", outcome="satisfied", text="满意")) == "called"
    )

    (completion,) = [
        one for one in ratings.block(_case_id(number), _rateable(), today=clock.today()) if one["link"] == "completion"
    ]  # fmt: skip
    assert completion["ticket"]["answer"] == "对不起，已改正"
    tickets.rate_again(completion["ticket"]["again"], 4, now=clock.now())
    assert state(act(api, "manager1", "tickets", number, "close")) == "closed"

    record = api("supervisor1").get(f"/tickets/{number}").json
    assert [step["deed"] for step in record["steps"]] == [
        "opened", "receive", "verify", "appeal", "settle", "rectify", "answer", "rater-opened", "call", "rated-again",
        "close",
    ]  # fmt: skip
    assert (record["second_grade"], record["standing"]) == (4, "valid")
    today = clock.today()
    totals = ticket_queries.totals(since=today.replace(month=1), until=today, today=today)
    assert totals["rectified_on_time"] == (100.0, 1, 1)
    assert (totals["called_back"], totals["made_good"]) == ((100.0, 1, 1), (100.0, 1, 1))
    assert api("manager1").get("/ratings/summary").json["good_rate"] == 0.0  # what was rated stays rated


def _case_id(number: str) -> int:
    return int(Ticket.objects.select_related("rating").get(number=number).rating.case_id)


def _rateable() -> Any:
    return Rateable(clock.now(), clock.today())


SECRETS = ("林秋实", "13700001234")


def test_a_complaint_from_entry_to_answer_with_the_complainant_hidden(api: Open) -> None:
    """Told by telephone, released without what tells who, answered by the organ, investigated, answered, followed."""
    case = api("citizen1").create(FUND)
    told = f"我叫{SECRETS[0]}，{SECRETS[1]}，办件{case['case_no']}，examiner1 拖了两周不理"
    filed = api("clerk1").post(
        "/complaints",
        {
            "organ": HOUSING, "about": "delay", "text": told, "name": SECRETS[0], "phone": SECRETS[1], "way": "phone",
            "person": "examiner1", "case_no": case["case_no"],
        },
    )  # fmt: skip
    assert filed.status == 201, filed
    number, code = filed.json["number"], filed.json["code"]
    hidden = (*SECRETS, case["case_no"], applicant()["name"], applicant()["phone"])

    assert api("head1").get(f"/complaints/{number}").status == 404  # not before it is accepted
    assert api("manager1").get(f"/complaints/{number}").json["due_on"] == "2026-09-11"
    accepted = act(api, "manager1", "complaints", number, "accept")
    assert state(accepted) == "accepted"
    assert accepted.json["due_on"] == "2026-09-29"

    seen = api("head1").get(f"/complaints/{number}")
    assert "拖了两周不理" in seen.json["text"]
    for answer in (seen, api("head1").get("/complaints")):
        for secret in hidden:
            assert secret not in answer.content.decode()
    assert (
        act(api, "head1", "complaints", number, "investigate", verdict="unfounded", text="没有").status == 403
    )
    assert state(act(api, "head1", "complaints", number, "respond", text="材料正在核对")) == "accepted"

    move("2026-09-20")
    done = act(api, "manager1", "complaints", number, "investigate", verdict="upheld", text="确有拖延")
    assert state(done) == "investigated"
    assert (
        state(act(api, "manager1", "complaints", number, "answer", text="已责成限期办理，致歉")) == "answered"
    )

    followed = complaint_queries.follow(number, code.lower())
    assert (followed["state"], followed["verdict"]) == ("answered", "upheld")
    assert [step["text"] for step in followed["steps"] if step["text"]] == ["已责成限期办理，致歉"]
    assert "examiner1" not in str(followed)  # the complainant learns no names of the office either

    again = api("clerk2").post(
        "/complaints",
        {
            "organ": HOUSING, "about": "delay", "text": "还是没有办", "name": SECRETS[0], "phone": "137-0000-1234",
            "way": "visit", "case_no": case["case_no"],
        },
    )  # fmt: skip
    assert api("manager1").get(f"/complaints/{again.json['number']}").json["earlier"] == number
    complaints.withdraw(again.json["number"], again.json["code"], reason="已经解决", now=clock.now())
    assert complaint_queries.follow(again.json["number"], again.json["code"])["state"] == "withdrawn"
