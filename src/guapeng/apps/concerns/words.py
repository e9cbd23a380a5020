"""The words of other systems: what hotlines call their columns, urgencies and channels."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from guapeng.kernel.exchange.columns import Field
from guapeng.kernel.matters.models import Channel, Urgency

FIELDS: Final = (
    Field("id", _("原编号"), (
        "工单编号", "工单号", "诉求编号", "受理编号", "登记编号", "事项编号", "事件编号",
        "留言编号", "业务编号", "流水号", "编号", "单号", "message_no", "unique_key", "case_id",
        "ticket_id", "request_id", "order_no", "number", "id", "mid", "序号",
    )),
    Field("subject", _("标题"), (
        "工单标题", "诉求标题", "事件标题", "留言主题", "留言标题", "标题", "主题", "subject",
        "title",
    )),
    Field("body", _("内容"), (
        "诉求内容", "工单内容", "来电内容", "留言内容", "留言详情", "受理内容", "主要内容",
        "问题描述", "诉求描述", "事件描述", "反映内容", "内容", "正文", "描述", "详情", "诉求",
        "body", "text", "content", "description", "descriptor", "message", "tokens",
    )),
    Field("category", _("类别"), (
        "三级标签", "三级分类", "二级标签", "二级分类", "一级标签", "一级分类", "诉求类别",
        "事项类别", "问题类别", "问题分类", "事件类别", "诉求分类", "诉求类型", "事件类型",
        "工单类型", "类别", "分类", "类型", "标签", "label", "category", "complaint_type", "type",
    )),
    Field("time", _("时间"), (
        "来电时间", "留言时间", "诉求时间", "提出时间", "受理时间", "登记时间", "反映时间",
        "上报时间", "提交时间", "创建时间", "发生时间", "来电日期", "受理日期", "时间", "日期",
        "created", "created_date", "created_at", "create_time", "opened_at", "time", "date",
        "datetime",
    )),
    Field("division", _("区划"), (
        "区划代码", "行政区划", "所属区划", "区划", "所属区域", "事发区域", "所属旗县", "苏木乡镇",
        "苏木乡镇街道", "乡镇街道", "所属乡镇", "所属街道", "乡镇", "街道", "苏木", "嘎查村",
        "所属社区", "社区", "嘎查", "村", "村社区", "网格", "所属网格", "属地", "区域", "division",
        "township", "village", "district", "region", "borough",
    ), many=True),
    Field("status", _("办理状态"), (
        "工单状态", "办理状态", "处理状态", "办件状态", "诉求状态", "事件状态", "处置状态",
        "流程状态", "当前状态", "状态", "status", "state",
    ), exact=True),
    Field("closed", _("办结时间"), (
        "办结时间", "实际办结时间", "办结日期", "结案时间", "结案日期", "完成时间", "办理完成时间",
        "处置完成时间", "归档时间", "答复时间", "回复时间", "答复日期", "回复日期", "closed_date",
        "closed_at", "close_time", "resolved_at", "completed_at", "reply_time",
    ), exact=True),
    Field("result", _("办理结果（只给相关方看）"), (
        "办理结果", "处理结果", "处置结果", "办结结果", "办理情况", "处理情况", "处置情况",
        "答复内容", "回复内容", "答复情况", "回复情况", "答复意见", "回复意见", "办结意见", "答复",
        "回复", "reply", "result", "resolution", "resolution_description", "answer", "response",
    )),
    Field("outcome", _("公开的办理结果（上公开栏）"), (
        "公开摘要", "办理结果摘要", "公开答复", "公开回复", "公开结果", "outcome",
    ), exact=True),
    Field("unit", _("承办单位"), (
        "承办单位", "主办单位", "办理单位", "处理单位", "处置单位", "责任单位", "牵头单位",
        "答复单位", "回复单位", "承办部门", "主办部门", "办理部门", "处理部门", "责任部门",
        "agency_name", "agency", "department",
    )),
    Field("place", _("地点"), (
        "事发地址", "事发地点", "诉求地址", "问题地址", "发生地点", "详细地址", "地址", "地点",
        "位置", "address", "place", "location",
    )),
    Field("lon", _("经度"), ("经度", "longitude", "lon", "lng")),
    Field("lat", _("纬度"), ("纬度", "latitude", "lat")),
    Field("name", _("来电人"), (
        "来电人", "来电人姓名", "诉求人", "诉求人姓名", "反映人", "联系人", "市民姓名", "留言人",
        "姓名", "name", "caller",
    ), personal=True),
    Field("phone", _("电话"), (
        "来电号码", "联系电话", "来电电话", "诉求人电话", "主叫号码", "手机号码", "手机号", "手机",
        "来电人电话", "联系人电话", "反映人电话", "市民电话", "联系方式", "电话", "电话号码",
        "phone", "mobile", "telephone", "tel",
    ), personal=True),
    Field("urgency", _("紧急程度"), (
        "紧急程度", "紧急级别", "缓急程度", "优先级", "urgency", "priority",
    )),
    Field("channel", _("来源渠道"), (
        "诉求来源", "诉求渠道", "受理渠道", "来电渠道", "受理方式", "渠道", "来源", "channel",
        "open_data_channel_type",
    )),
)  # fmt: skip
"""What a hotline's row can tell us, with the headings of the lists we have seen."""

URGENCIES: Final[dict[str, Urgency]] = {
    "1": Urgency.DANGER, "特急": Urgency.DANGER, "危急": Urgency.DANGER, "危及生命": Urgency.DANGER,
    "2": Urgency.OUTAGE, "紧急": Urgency.OUTAGE, "加急": Urgency.OUTAGE, "急": Urgency.OUTAGE,
    "3": Urgency.ORDINARY, "一般": Urgency.ORDINARY, "普通": Urgency.ORDINARY,
    "4": Urgency.ADVICE, "建议": Urgency.ADVICE, "咨询": Urgency.ADVICE,
}  # fmt: skip
"""How soon, in other systems' words; any other word leaves it to the category."""

OPEN: Final = "open"
CLOSED: Final = "closed"
STATUSES: Final[dict[str, str]] = {
    **dict.fromkeys((
        "待受理", "受理中", "已受理", "待办", "在办", "待办理", "办理中", "正在办理", "待处理",
        "处理中", "正在处理", "处置中", "待处置", "待派单", "待派发", "已派单", "派单中", "待分派",
        "待转办", "已转办", "转办中", "待签收", "已签收", "待审核", "待答复", "待回复", "未办结",
        "未完成", "未处理", "未办理", "新建", "open", "new", "pending", "in progress", "assigned",
        "started",
    ), OPEN),
    **dict.fromkeys((
        "已办结", "办结", "已结案", "结案", "已完结", "完结", "已完成", "完成", "已关闭", "关闭",
        "已归档", "归档", "已答复", "已回复", "已办理", "已处理", "已解决", "已回访", "closed",
        "resolved", "completed", "done",
    ), CLOSED),
}  # fmt: skip
"""How far a case is there, in other systems' words; any other word has to be said by somebody."""

CHANNELS: Final[dict[str, Channel]] = {
    "电话": Channel.PHONE, "来电": Channel.PHONE, "热线": Channel.PHONE, "phone": Channel.PHONE,
    "12345": Channel.PHONE,
    "网格": Channel.GRID,
    "窗口": Channel.COUNTER, "来访": Channel.COUNTER, "现场": Channel.COUNTER,
    "信件": Channel.PAPER, "来信": Channel.PAPER, "书面": Channel.PAPER,
    "微信": Channel.APP, "网站": Channel.APP, "网络": Channel.APP, "小程序": Channel.APP,
    "app": Channel.APP, "online": Channel.APP, "mobile": Channel.APP, "web": Channel.APP,
}  # fmt: skip
"""How it came in: the first of these that the word holds."""
