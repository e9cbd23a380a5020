from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guapeng.plain.numbers import MatterNumber, Misread, NotDigits, TooShort

numbers = st.builds(
    MatterNumber,
    county=st.from_regex(r"[1-8][0-9]{5}", fullmatch=True),
    on=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    serial=st.one_of(st.integers(1, 99_999), st.integers(100_000, 10**9)),
)


def test_matter_number_is_grouped_for_reading_aloud():
    number = MatterNumber(county="152224", on=date(2026, 11, 24), serial=17)

    assert str(number) == "152224-261124-00017-3"
    assert number.digits == "152224261124000173"


@given(numbers)
def test_matter_number_is_read_back(number: MatterNumber):
    assert MatterNumber.parse(str(number)) == number
    assert MatterNumber.parse(number.digits) == number


@given(
    number=numbers,
    separator=st.sampled_from(["", "-", "－", "—", " ", "　", " – "]),
    wide=st.booleans(),
)
def test_matter_number_is_read_as_people_type_it(
    number: MatterNumber, separator: str, *, wide: bool
):
    text = separator.join(str(number).split("-"))
    if wide:
        text = text.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})

    assert MatterNumber.parse(f" {text} ") == number


@given(numbers, st.data())
def test_matter_number_with_one_wrong_digit_is_refused(number: MatterNumber, data: st.DataObject):
    digits = number.digits
    place = data.draw(st.integers(0, len(digits) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != digits[place]]))

    with pytest.raises(Misread):
        MatterNumber.parse(digits[:place] + wrong + digits[place + 1 :])


@given(numbers, st.data())
def test_matter_number_with_neighbours_swapped_is_refused(
    number: MatterNumber, data: st.DataObject
):
    digits = number.digits
    unlike = [place for place in range(len(digits) - 1) if digits[place] != digits[place + 1]]
    place = data.draw(st.sampled_from(unlike))

    with pytest.raises(Misread):
        MatterNumber.parse(digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :])


@given(numbers)
def test_matter_number_with_a_padded_serial_is_refused(number: MatterNumber):
    county, day, serial, check = str(number).split("-")

    with pytest.raises(Misread):
        MatterNumber.parse(f"{county}{day}0{serial}{check}")


@pytest.mark.parametrize(
    ("text", "fault", "code", "message"),
    [
        ("152224-26112O-00017-3", NotDigits, "number.digits", "编号只有数字，“O”不是数字"),
        ("152224-261124-0017", TooShort, "number.short", "编号至少有18位数字，这里只有16位"),
        ("", TooShort, "number.short", "编号至少有18位数字，这里只有0位"),
        (
            "152224-261124-00018-3",
            Misread,
            "number.misread",
            "编号 152224-261124-00018-3 不存在，请核对每一位数字",
        ),
    ],
)
def test_matter_number_says_what_is_wrong(
    text: str, fault: type[Exception], code: str, message: str
):
    with pytest.raises(fault) as refusal:
        MatterNumber.parse(text)

    assert str(refusal.value) == message
    assert vars(type(refusal.value))["code"] == code


@pytest.mark.parametrize(
    ("county", "on", "serial"),
    [
        ("15222", date(2026, 1, 1), 1),
        ("052224", date(2026, 1, 1), 1),
        ("152224", date(1999, 12, 31), 1),
        ("152224", date(2100, 1, 1), 1),
        ("152224", date(2026, 1, 1), 0),
    ],
)
def test_matter_number_is_not_made_of_parts_out_of_range(county: str, on: date, serial: int):
    with pytest.raises(ValueError, match=r"county|years|serials"):
        MatterNumber(county, on, serial)
