"""Client addresses as the limits count them."""

import pytest

from portal.access.rules.addresses import counted


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix:", "-"),
        ("", "-"),
        (None, "-"),
    ],
)
def test_one_customer_line_is_one_address(address: str | None, expected: str) -> None:
    assert counted(address) == expected
