"""Handled cases made up for the classifier's tests: who says what about which field."""

import random

FIELDS = {
    "供水": "停水 水管 水压 自来水 水表 水费 管网 漏水",
    "道路": "路面 坑洼 井盖 路灯 红绿灯 堵车 修路 护栏",
    "学校": "老师 学生 学校 补课 学费 入学 校车 食堂",
    "工资": "工资 拖欠 老板 合同 加班 社保 辞退 工地",
}
_COMMON = [
    "我们",
    "这里",
    "已经",
    "很久",
    "没有",
    "人管",
    "请",
    "领导",
    "看看",
    "大家",
    "都",
    "反映",
    "多次",
    "希望",
    "尽快",
    "处理",
]


def cases(count: int, *, seed: int = 1, doubt: float = 0.0) -> list[tuple[str, str]]:
    """Return texts with their labels; ``doubt``: the share with a label by chance."""
    chance = random.Random(seed)
    return [_case(chance, doubt) for _ in range(count)]


def _case(chance: random.Random, doubt: float) -> tuple[str, str]:
    label = chance.choice(list(FIELDS))
    words = chance.choices(FIELDS[label].split(), k=2) + chance.choices(_COMMON, k=6)
    chance.shuffle(words)
    told = chance.choice(list(FIELDS)) if chance.random() < doubt else label
    return f"{chance.randint(1, 999)}号，" + "".join(words), told
