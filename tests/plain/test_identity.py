from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from guapeng.plain import identity
from guapeng.plain.codes import REGIONS

TODAY = date(2026, 11, 24)
VALID_ID = "11010519491231002X"
VALID_CODE = "91350100M000100Y43"
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    region = draw(st.sampled_from(sorted(REGIONS)))
    county, serial = draw(st.integers(0, 9999)), draw(st.integers(0, 999))
    born = draw(st.dates(date(1900, 1, 1), TODAY))
    body = f"{region}{county:04d}{born:%Y%m%d}{serial:03d}"
    return body + ric.calc_check_digit(body + "0")


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    first = draw(st.sampled_from("159ANY"))
    body = draw(st.text(LETTERS, min_size=9, max_size=9))
    code = f"{first}2{draw(st.integers(0, 999999)):06d}{body}"
    return code + uscc.calc_check_digit(code)


@given(resident_ids())
def test_resident_id_accepts_every_rightly_made_number(number: str):
    assert identity.resident_id(number, on=TODAY) == number
    assert f"{identity.born_on(number):%Y%m%d}" == number[6:14]


@given(resident_ids(), st.data())
def test_resident_id_refuses_a_wrong_digit(number: str, data: st.DataObject):
    place = data.draw(st.integers(0, 16))
    digit = data.draw(st.sampled_from("0123456789"))
    assume(digit != number[place])

    with pytest.raises(identity.Unfit):
        identity.resident_id(number[:place] + digit + number[place + 1 :], on=TODAY)


@given(resident_ids(), st.integers(0, 16))
def test_resident_id_refuses_swapped_neighbours(number: str, place: int):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assume(swapped != number)

    with pytest.raises(identity.Unfit):
        identity.resident_id(swapped, on=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        VALID_ID,
        "11010519491231002x",
        "１１０１０５ １９４９１２３１ ００２ｘ",
        "110105-19491231-002X",
    ],
)
def test_resident_id_is_read_as_people_type_it(text: str):
    assert identity.resident_id(text, on=TODAY) == VALID_ID


def test_resident_id_knows_permits_and_cards_with_the_same_layout():
    bodies = ["81000019900101001", "83000019900101001", "91115619900101001"]
    numbers = [body + ric.calc_check_digit(body + "0") for body in bodies]

    assert [identity.resident_id(number, on=TODAY) for number in numbers] == numbers


def test_resident_id_accepts_a_county_that_was_renamed_after_the_birth():
    body = "11011119600101001"
    number = body + ric.calc_check_digit(body + "0")

    assert identity.resident_id(number, on=TODAY) == number


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", identity.NotAResidentId),
        ("110105491231002", identity.NotAResidentId),
        ("1101051949123100XX", identity.NotAResidentId),
        ("17010519491231002X", identity.NoSuchRegion),
        ("11010519490229002X", identity.NoSuchBirthday),
        ("11010520261125002X", identity.NoSuchBirthday),
        ("110105194912310021", identity.WrongIdCheck),
    ],
)
def test_resident_id_says_what_is_wrong_without_quoting_it(text: str, fault: type[Exception]):
    with pytest.raises(fault) as refusal:
        identity.resident_id(text, on=TODAY)

    assert text[-6:] not in str(refusal.value) or not text


@given(credit_codes())
def test_credit_code_accepts_every_rightly_made_code(code: str):
    assert identity.credit_code(code.lower()) == code


@given(credit_codes(), st.data())
def test_credit_code_refuses_a_wrong_character(code: str, data: st.DataObject):
    place = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from(LETTERS))
    assume(other != code[place])

    with pytest.raises(identity.Unfit):
        identity.credit_code(code[:place] + other + code[place + 1 :])


def test_credit_code_is_read_as_people_type_it():
    assert identity.credit_code("９1350100-m000100y43 ") == VALID_CODE


def test_credit_code_with_remainder_nought_ends_in_nought():
    assert identity.credit_code("N2152224MF00000220") == "N2152224MF00000220"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", identity.NotACreditCode),
        ("91350100M000100Y4", identity.NotACreditCode),
        ("91350100I000100Y43", identity.NotACreditCode),
        ("9135O100M000100Y43", identity.NotACreditCode),
        ("91350100M000100Y44", identity.WrongCreditCheck),
    ],
)
def test_credit_code_says_what_is_wrong(text: str, fault: type[Exception]):
    with pytest.raises(fault):
        identity.credit_code(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13812341234", "13812341234"),
        ("+86 138-1234-1234", "13812341234"),
        ("008613812341234", "13812341234"),
        ("０１３８ １２３４ １２３４", "13812341234"),
        ("0471-6512345", "0471-6512345"),
        ("（0482）512 3456", "0482-5123456"),
        ("+86 10 65123456", "010-65123456"),
        ("0471-6512345-801", "0471-6512345-801"),
        ("010 65123456 转 8", "010-65123456-8"),
        ("400-123-4567", "4001234567"),
    ],
)
def test_phone_is_returned_in_one_form(text: str, number: str):
    assert identity.phone(text) == number
    assert identity.phone(number) == number


@pytest.mark.parametrize(
    "text",
    ["", "6512345", "1381234123", "138123412345", "12812341234", "12345", "电话", "0471-1512345"],
)
def test_phone_refuses_what_cannot_be_called(text: str):
    with pytest.raises(identity.NotAPhone) as refusal:
        identity.phone(text)

    assert str(refusal.value) == "电话号码有误：手机11位；座机请带区号，如 0471-6512345"
