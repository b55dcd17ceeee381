"""portal.shops.rules.rate_lines: lines that staff paste from a spreadsheet."""

from portal.shops.rules.rate_lines import LineProblem, WrongLine, read, read_rate

ALLOWED = frozenset({0, 8, 10})


def test_comma_and_tab_and_percent_signs_are_read_alike() -> None:
    text = 'T-01,8\nT-02\t10\n" T-03 ",8%\nＴ-04，１０％\n\nT-05,0,\n'
    assert read(text, ALLOWED) == ({"T-01": 8, "T-02": 10, "T-03": 8, "T-04": 10, "T-05": 0}, [])


def test_a_heading_is_skipped_and_only_in_the_first_line() -> None:
    assert read("商品コード,税率\nT-01,8", ALLOWED) == ({"T-01": 8}, [])
    assert read("T-01,8\n商品コード,税率", ALLOWED)[1] == [WrongLine(2, "商品コード,税率", LineProblem.SHAPE)]


def test_a_code_keeps_its_leading_zeros() -> None:
    assert read("0012,8", ALLOWED)[0] == {"0012": 8}


def test_each_wrong_line_is_named_with_its_reason_and_the_others_are_read() -> None:
    text = f"T-01,8\nT-02\n,8\nT-03,5\n{'x' * 101},8\nT-01,10\nT-04,8.5\nT-05,10"
    rates, wrong = read(text, ALLOWED)
    assert rates == {"T-01": 8, "T-05": 10}
    assert [(line.number, line.problem) for line in wrong] == [
        (2, LineProblem.SHAPE),
        (3, LineProblem.SHAPE),
        (4, LineProblem.RATE),
        (5, LineProblem.CODE),
        (6, LineProblem.TWICE),
        (7, LineProblem.SHAPE),
    ]


def test_the_same_line_twice_is_one() -> None:
    assert read("T-01,8\nT-01,8%", ALLOWED) == ({"T-01": 8}, [])


def test_a_rate_is_a_whole_percent() -> None:
    assert [read_rate(text) for text in ("8", " 10 ", "8%", "８％", "8.0", "8.5", "", "x", "-8", "100")] == (
        [8, 10, 8, 8, 8, None, None, None, None, None]
    )
