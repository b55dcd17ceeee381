"""Cells with tracking numbers as people and spreadsheets write them."""

import pytest

from portal.shipments.rules.number_cells import UnreadableNumberError, tracking_numbers

ONE, TWO = "710000554336", "710000554340"


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("7100 0055 4336", [ONE]),
        ("7100\u30000055\u30004336", [ONE]),
        ("7100-0055-4336", [ONE]),
        ("７１００－００５５－４３３６", [ONE]),
        ("710000554336(2個口)", [ONE]),
        ("710000554336（1/2）", [ONE]),
        ("710000554336 2個口", [ONE]),
        ("710000554336 他1個", [ONE]),
        ("710000554336-1", [ONE]),
        ("7100-0055-4336-2", [ONE]),
        ("No.7100-0055-4336", [ONE]),
        ("№710000554336", [ONE]),
        ("710000554336.0", [ONE]),
        ("ヤマト:710000554336", [ONE]),
        ("EJ 123 456 785 JP", ["EJ123456785JP"]),
        ("EJ123456785JP", ["EJ123456785JP"]),
        ("1234-5678-9010、１２３４５６７８９０２１\n1234-5678-9010", ["123456789010", "123456789021"]),
        (f"{ONE} {TWO}", [ONE, TWO]),
        (f"{ONE}/{TWO}", [ONE, TWO]),
        ("7100 0055 4336 7100 0055 4340", [ONE, TWO]),
        ("7100 0055 4336, 7100 0055 4340", [ONE, TWO]),
        ("7100-0055-4336（1/2） 7100-0055-4340（2/2）", [ONE, TWO]),
        ("なし", []),
        (" ", []),
    ],
)
def test_a_cell_gives_the_numbers_that_a_person_would_read(cell: str, numbers: list[str]) -> None:
    assert tracking_numbers(cell) == numbers


@pytest.mark.parametrize("cell", ["7100005543362個口", "7100 0055", "12 345 6789", "A12 B34 C56", "7.10E12"])
def test_a_cell_that_can_be_read_in_two_ways_is_refused(cell: str) -> None:
    with pytest.raises(UnreadableNumberError):
        tracking_numbers(cell)
