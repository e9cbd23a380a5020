"""What the editor says by script, in the reader's language; braces are filled there."""

from django.utils.translation import gettext as _


def wordings() -> dict[str, str]:
    """Return the editor's sentences by key."""
    return {
        "failed": _("地图没有取到，下面是保存的表；稍后刷新再试"),
        "found": _("接着上次没有保存的改动"),
        "not_kept": _("浏览器存不下这些改动，请尽快保存"),
        "fell_off": _("有{n}栋楼与所在网格的其余部分断开了，可撤销，或归入相邻网格"),
        "not_found": _("没有楼号或小区“{text}”"),
        "held": _("{n}栋楼已锁定，没有动"),
        "locked": _("已锁定"),
        "unlocked": _("已解锁"),
        "lock": _("锁定"),
        "unlock": _("解锁"),
        "lock_sign": _("[锁]"),
        "choose_grid": _("请先在列表里选一个网格"),
        "odd_name": _("名称不能为空，也不能与别的网格相同"),
        "locked_grid": _("网格里有锁定的楼栋，先解锁再合并"),
        "merged": _("已合并"),
        "no_network": _("没有连上服务器，改动都还在，稍后再试"),
        "turned_away": _("服务器没有接受，可能登录已过期；改动存在本机浏览器里，重新登录后再试"),
        "changed_meanwhile": _("划分时您又改了，没有采用系统的结果"),
        "solved": _("已划分，可撤销"),
        "as_it_was": _("与原来一样，没有可改的"),
        "kept_here": _("没有连上服务器，改动存在本机浏览器里，稍后再保存"),
        "saved": _("已保存为第{number}版"),
        "saved_beside": _("已保存为第{number}版；其间别人保存了{n}个版本，请比较"),
        "version": _("第{number}版"),
        "save_first": _("有改动没有保存，请先保存"),
        "lacks": _("差{n}户"),
        "exceeds": _("超{n}户"),
        "loose": _("{n}栋不相连"),
        "households": _("{n}户"),
        "label": _("{number} · {n}户"),
        "sum": _("{grids}个网格，{households}户"),
        "out_of_range": _("{n}个不在范围内"),
        "all_well": _("都在范围内，都相连"),
        "chosen": _("选了{n}栋，{households}户"),
        "new_grid": _("新网格"),
    }
