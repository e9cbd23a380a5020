import pytest
from hypothesis import given
from hypothesis import strategies as st

from guapeng.plain.masking import (
    mask_address,
    mask_email,
    mask_id_number,
    mask_name,
    mask_phone,
    scrub,
)

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
identity_numbers = st.from_regex(
    r"[1-8][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}[0-9X]",
    fullmatch=True,
)
around = st.sampled_from(["", "请联系", "，", " ", "\n", "（", "热线12345，"])


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812341234", "138****1234"),
        ("+86 138-1234-1234", "138****1234"),
        ("００８６１３８１２３４１２３４", "138****1234"),
        ("0471-6512345", "0471-*****45"),
        ("(0482) 512 3456", "0482-*****56"),
        ("+86 10 65123456", "010-*****56"),
        ("6512345", "****"),
        ("", "****"),
    ],
)
def test_mask_phone_keeps_too_little_to_call(phone: str, shown: str):
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张伟", "张*"),
        ("阿拉腾巴根那", "阿*"),
        ("额尔登•达来", "额*"),
        ("𠮷野", "𠮷*"),
        ("ᠪᠠᠭᠠᠨ᠎ᠠ", "ᠪ*"),
        (" 李", "李*"),
        ("", "*"),
    ],
)
def test_mask_name_keeps_the_first_character(name: str, shown: str):
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("11010519491231002X", "**************002X"),
        ("110105 19491231 002x", "**************002X"),
        ("E12345678", "**************5678"),
        ("1234", "******************"),
        ("", "******************"),
    ],
)
def test_mask_id_number_keeps_the_last_four(number: str, shown: str):
    assert mask_id_number(number) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [("bagena@example.com", "b****@example.com"), ("@example.com", "****"), ("bagena", "****")],
)
def test_mask_email_keeps_the_domain(address: str, shown: str):
    assert mask_email(address) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("兴安盟突泉县东杜尔基镇东泉村三组15号", "兴安盟突泉县东杜尔基镇东泉村****"),
        (
            "内蒙古自治区呼和浩特市新城区东街街道某社区2栋3单元401",
            "内蒙古自治区呼和浩特市新城区东街街道某社区****",
        ),
        ("集宁区佳美小区3号楼", "集宁区****"),
        ("巴彦浩特镇王府街超市旁", "巴彦浩特镇****"),
        ("阿拉善左旗乌力吉苏木某嘎查水井东2公里", "阿拉善左旗乌力吉苏木某嘎查****"),
        ("3号楼2单元", "****"),
        ("", "****"),
    ],
)
def test_mask_address_keeps_the_divisions(address: str, shown: str):
    assert mask_address(address) == shown


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("机主13812341234报修", "机主〔电话〕报修"),
        ("打 138 1234 1234 或+86-13812341234", "打 〔电话〕 或〔电话〕"),
        ("１３８１２３４１２３４", "〔电话〕"),
        ("座机（0471）6512345转801，0482-512 3456", "座机〔电话〕，〔电话〕"),
        ("我的号是幺三八零零一三八零零零", "我的号是〔电话〕"),
        ("身份证11010519491231002X，旧证110105491231002", "身份证〔证件号码〕，旧证〔证件号码〕"),
        ("身份证 110105 19491231 002x", "身份证 〔证件号码〕"),
        ("卡号6222 0212 3412 3412 345，护照E12345678", "卡号〔证件号码〕，护照〔证件号码〕"),
        ("发到 zhang.san@mail.example.com。", "发到 〔邮箱〕。"),
        ("微信号：wx_bagena88，电话6512345", "微信号：〔账号〕，电话〔电话〕"),
    ],
)
def test_scrub_removes_what_leads_to_a_person(text: str, public: str):
    assert scrub(text) == public


@pytest.mark.parametrize(
    "text",
    [
        "坏的是手机 Huawei Mate60，请致电400-123-4567",
        "2026-11-24 15:30 接报，拨打12345热线，见 152224-261124-00017-3。",
        "区划152224102217，面积3100亩，投资100000000元，２３号楼",
        "二〇二六年十月一日，一户一策",
    ],
)
def test_scrub_keeps_dates_amounts_codes_and_public_numbers(text: str):
    assert scrub(text) == text.replace("２３", "23")


@given(around, mobiles, around)
def test_scrub_removes_every_mobile(before: str, mobile: str, after: str):
    assert mobile not in scrub(before + mobile + after)


@given(around, identity_numbers, around, st.sampled_from(["", " ", "-", "　", "—"]))
def test_scrub_removes_every_identity_number(before: str, number: str, after: str, gap: str):
    typed = gap.join([number[:6], number[6:14], number[14:]])

    assert scrub(before + typed + after) == f"{before}〔证件号码〕{after}"


@given(st.text())
def test_scrub_is_the_same_done_twice(text: str):
    assert scrub(scrub(text)) == scrub(text)


def test_scrub_removes_the_names_it_is_told_however_they_are_joined():
    text = "阿拉腾•巴根与阿拉腾 · 巴根、阿拉腾巴根三人，阿拉腾花未到李树下"

    assert scrub(text, names=["阿拉腾", "阿拉腾·巴根", "李", ""]) == (
        "〔姓名〕与〔姓名〕、〔姓名〕三人，〔姓名〕花未到李树下"
    )
