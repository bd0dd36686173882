"""What people read of numbers."""

from __future__ import annotations

import pytest

from promptyflow_lab.client.show import money


@pytest.mark.parametrize(
    ("dollars", "told"),
    [
        (0, "$0.00"),
        (0.0000371, "$0.000037"),
        (0.0042, "$0.0042"),
        (0.1, "$0.10"),
        (0.99, "$0.99"),
        (1234.567, "$1,234.57"),
    ],
)
def test_money_has_two_digits_that_say_something(dollars, told):
    assert money(dollars) == told
