"""The permission matrix as a page that a manager can read."""

from typing import Final

from guapeng.kernel.people.roles import Role, roles

SUBJECTS: Final = {
    "board": "公开看板",
    "case_text": "事项正文",
    "reporter_contact": "诉求人联系方式",
    "household_ledger": "住户台账",
    "minutes": "会议记录",
    "voter_roll": "表决名册",
    "ballot_content": "选票内容",
    "archive_list": "档案目录",
    "archive_pages": "档案页面",
    "child_record": "儿童记录",
    "training": "教育培训",
    "cooperative_money": "合作社账目",
    "access_log": "调阅记录",
    "configuration": "配置",
}
"""What there is to be seen, in the order of the matrix."""

WORDS: Final = {
    "o": "本人",
    "a": "分派给本人的",
    "g": "本网格",
    "v": "本嘎查村（社区）",
    "t": "本苏木乡镇街道",
    "c": "全旗县",
    "unit": "本单位",
    "s": "仅统计数",
    "public": "已公开的",
    "topics": "议题",
    "receipt": "本人回执",
    "shuffled": "打乱次序的",
    "lookup": "经查阅审批",
    "policy": "安全策略",
    "technical": "技术参数",
    "view": "仅在线阅看",
    "r": "说明理由后",
    "w": "可填写",
    "approve": "可审批",
}
"""What the words of a cell mean, in the order in which they are read."""

_HEAD: Final = """# 权限表

由 `src/guapeng/kernel/people/permissions.csv` 生成，请改表，不要改本页。

每一格先说看得到谁的，再说能做什么；“—”表示看不到。“说明理由后”：平时打码，说明目的和依据后显示，
并记入调阅记录，本人看得到谁在何时为何看过。没有任何岗位可以批量导出个人信息。

"""


def permissions_page() -> str:
    """Return ``docs/reference/permissions.md``: roles down, subjects across, in Chinese."""
    heads = ["岗位", *SUBJECTS.values()]
    rows = [heads, ["---"] * len(heads), *map(_row, roles().values())]
    return _HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(role: Role) -> list[str]:
    return [role.label, *(_cell(role.cells[subject]) for subject in SUBJECTS)]


def _cell(words: frozenset[str]) -> str:
    return "、".join(said for word, said in WORDS.items() if word in words) or "—"
