from collections.abc import Iterator

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guapeng.kernel.people.sealed import WrongKey, fingerprint, seal, unseal

PHONE = "13812341234"
TEXTS = st.text(max_size=60)


@pytest.fixture(params=["aes256", "sm4"])
def cipher(request: pytest.FixtureRequest) -> Iterator[str]:
    with override_settings(FIELD_CIPHER=request.param):
        yield request.param


# Examples of one test may share the fixture: it changes nothing that they could leave behind.
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@shared
@given(TEXTS)
def test_what_is_sealed_opens_again(cipher: str, text: str) -> None:
    assert unseal(seal(text)) == text


@shared
@given(st.text(min_size=8, max_size=60))
def test_what_is_sealed_holds_nothing_of_the_text(cipher: str, text: str) -> None:
    assert text.encode() not in seal(text)


def test_same_text_is_sealed_differently_each_time(cipher: str) -> None:
    assert len({seal(PHONE) for _ in range(50)}) == 50


@shared
@given(place=st.integers(0, 39), bit=st.integers(0, 7))
def test_changed_bit_anywhere_is_noticed(cipher: str, place: int, bit: int) -> None:
    sealed = bytearray(seal(PHONE))
    sealed[place] ^= 1 << bit

    with pytest.raises(WrongKey):
        unseal(bytes(sealed))


@shared
@given(length=st.integers(0, 39))
def test_cut_off_text_is_noticed(cipher: str, length: int) -> None:
    with pytest.raises(WrongKey):
        unseal(seal(PHONE)[:length])


@shared
@given(one=TEXTS, other=TEXTS)
def test_fingerprints_are_equal_exactly_for_equal_text(cipher: str, one: str, other: str) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (one == other)
    assert len(fingerprint(one)) == 32


def test_wrong_key_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed, known_as = seal(PHONE), fingerprint(PHONE)

    monkeypatch.setenv("GUAPENG_SECRET_FIELDS", "another instance's")

    with pytest.raises(WrongKey, match="密钥与数据不符"):
        unseal(sealed)
    assert fingerprint(PHONE) != known_as


def test_change_of_key_leaves_old_rows_readable() -> None:
    before = seal(PHONE)

    with override_settings(FIELD_KEY=2):
        after = seal(PHONE)
        assert unseal(before) == PHONE

    assert after[0] == 2
    assert unseal(after) == PHONE


def test_change_of_cipher_leaves_old_rows_readable() -> None:
    before = seal(PHONE)

    with override_settings(FIELD_CIPHER="sm4"):
        assert unseal(before) == PHONE
        assert seal(PHONE)[0] == 0x81


@pytest.mark.parametrize(
    "wrong", [{"FIELD_CIPHER": "des"}, {"FIELD_KEY": 0}, {"FIELD_KEY": 128}], ids=str
)
def test_setting_that_names_no_cipher_or_key_is_refused(wrong: dict[str, object]) -> None:
    with override_settings(**wrong), pytest.raises(ValueError, match="aes256"):
        seal(PHONE)
