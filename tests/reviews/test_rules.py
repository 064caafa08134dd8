"""The pure rules: figures against oracles, redaction, terms, links."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.base.clock import SHANGHAI
from onewindow.kernel.errors import NotFound, RuleBroken
from onewindow.reviews import links
from onewindow.reviews.rules import figures, redaction, terms
from onewindow.reviews.rules.figures import Tally


def tally(*grades: int) -> Tally:
    return Tally(
        len(grades), sum(1 for one in grades if one >= 3), sum(grades), sum(one * one for one in grades)
    )


def test_the_oracle_of_the_handbook() -> None:
    """W34: 13,431,970 + 10,421 + 18,062 good, 295 + 980 bad gives 99.99 %."""
    good = 13_431_970 + 10_421 + 18_062
    assert good == 13_460_453
    assert figures.rate(good, good + 295 + 980) == 99.99
    assert figures.rate(0, 0) is None
    assert figures.rate(1, 8) == 12.5
    assert figures.rate(1, 16) == 6.25
    assert figures.rate(125, 100_000) == 0.13  # half up, not half to even


def test_a_single_five_does_not_lead_the_ranking() -> None:
    """One 5 of a small office against two hundred ratings of 4.5: the plain mean would put the office first."""
    small, large, bad = tally(5), tally(*[5, 4] * 100), tally(*[3, 2] * 40)
    prior = figures.prior_of([small, large, bad])
    assert prior is not None
    plain = [one.mean for one in (small, large, bad)]
    fair = [figures.shrunk(one, prior) for one in (small, large, bad)]
    assert plain[0] > plain[1]  # type: ignore[operator]
    assert fair[1] > fair[0] > fair[2]  # type: ignore[operator]
    assert abs(fair[1] - plain[1]) < 0.05  # type: ignore[operator]


def test_the_weight_is_that_of_buhlmann_and_straub() -> None:
    """Two organs of six, by hand: m = 3, within 12/10, between (48 - 1.2)/(12 - 6) = 7.8; below the bound of 2."""
    low, high = tally(0 + 1, 1, 1, 1, 1, 1), tally(5, 5, 5, 5, 5, 5)
    prior = figures.prior_of([low, high])
    assert prior == figures.Prior(3.0, figures.LEAST_WEIGHT)
    alike = [tally(*[3, 5] * 10), tally(*[5, 3] * 10)]
    assert figures.prior_of(alike) == figures.Prior(4.0, figures.MOST_WEIGHT)
    assert figures.prior_of([tally(5), tally(1)]) == figures.Prior(3.0, figures.USUAL_WEIGHT)
    assert figures.prior_of([Tally()]) is None
    spread = [tally(*[5, 4, 4, 3] * 5), tally(*[4, 3, 3, 2] * 5)]
    # N = 40, m = 3.5, s² = 20/38, Σn(m_i - m)² = 10, a = (10 - 20/38)/(40 - 20)
    expected = (20 / 38) / ((10 - 20 / 38) / 20)
    assert figures._weight(spread, 40, 3.5) == pytest.approx(max(expected, figures.LEAST_WEIGHT))


grades = st.lists(st.integers(1, 5), max_size=30)


@given(st.lists(grades, min_size=1, max_size=6))
def test_shrinking_goes_towards_the_prior_and_never_past_it(organs: list[list[int]]) -> None:
    tallies = [tally(*one) for one in organs]
    prior = figures.prior_of(tallies)
    for one in tallies:
        found = figures.shrunk(one, prior)
        if not one.count:
            assert found is None
            continue
        assert prior is not None and found is not None and one.mean is not None
        low, high = sorted((prior.mean, one.mean))
        assert low - 1e-9 <= found <= high + 1e-9


HIDING = [
    ("请打13912345678找我", "13912345678"),
    ("电话 139 1234 5678", "1234"),
    ("身份证511602199001011234", "511602199001011234"),
    ("身份证51160219900101123X。", "123X"),
    ("我叫王小明，排队两小时", "王小明"),
    ("姓名：欧阳若水", "欧阳若水"),
    ("住云栖路18号3幢2单元402室", "402室"),
    ("邮箱 a.b@example.org", "example"),
    ("微信号 lanlan_88", "lanlan_88"),
    ("办件 20260908-000012-3 一直没人管", "000012"),
    ("车牌川A12345被拦", "A12345"),
    ("信用代码91511602MA12345678", "MA12345678"),
    ("座机0826-2345678", "2345678"),
]


@pytest.mark.parametrize(("text", "secret"), HIDING)
def test_what_is_personal_is_hidden(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in redaction.redact(text)


@pytest.mark.parametrize(
    "text", ["窗口让我跑了3趟，等了2个小时", "要求提供指南外的材料，12月还没办完", "我是来办许可的，说得清楚"]
)
def test_ordinary_words_stay(text: str) -> None:
    assert redaction.redact(text) == text


def test_what_is_known_is_hidden_wherever_it_stands() -> None:
    assert redaction.redact("陈岚说她(陈岚)等了很久", known=["陈岚", ""]) == "＊＊说她(＊＊)等了很久"


@given(st.text(max_size=200), st.text(min_size=2, max_size=12))
def test_a_known_value_never_survives(text: str, secret: str) -> None:
    if len(secret.strip()) >= 2 and secret.strip() not in redaction.HIDDEN:
        assert secret.strip() not in redaction.redact(text + secret.strip() + text, known=[secret]) or (
            secret.strip() in redaction.redact(text, known=[secret]) + redaction.HIDDEN * 3
        )


def test_terms_that_make_no_sense_are_not_taken() -> None:
    assert terms.read({"rectify": 5}).rectify == 5
    for nonsense in ({"rectify": 0}, {"rectify": "soon"}, {"nothing": 1}, None):
        assert terms.read(nonsense) == terms.Terms()


NOW = datetime(2026, 9, 8, 9, tzinfo=SHANGHAI)
LINK = links.Link("sms", "20260908-000001-2", "completion", date(2026, 9, 10), None)


def test_a_link_says_what_it_was_made_of() -> None:
    for link in (LINK, links.Link("qr", "", "acceptance", date(2026, 9, 8), 7)):
        token = links.make(link)
        assert links.read(token, now=NOW) == link
        assert len(token) < 64


def test_a_changed_or_old_link_opens_nothing() -> None:
    token = links.make(LINK)
    for wrong in (
        token[:-1], token.replace("000001", "000002"), token.replace("20260910", "20270910"), "", "~", "sms~é~", "x" * 500,
    ):  # fmt: skip
        with pytest.raises(NotFound):
            links.read(wrong, now=NOW)
    with pytest.raises(RuleBroken, match="link-ended"):
        links.read(token, now=NOW.replace(day=11))
