"""Every form, filled in: with ordinary things, with nothing, or with the same text in every field."""

from __future__ import annotations

import io
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

from PIL import Image, ImageDraw

from archive_app.forms.parts import Form, Opinion, Paper, Petitioner, Signature
from archive_app.forms.values import (
    ExtensionRequest,
    GuidanceNotice,
    HandoverList,
    ReceptionForm,
    RegisterRow,
    ReplyLetter,
    ResultReport,
    RoutingSlip,
    SpecialRegister,
    SupervisionNotice,
    TransferLetter,
)

MADE_AT = datetime(2026, 3, 9, 2, 5, tzinfo=UTC)
"""10:05 of the same day in the office."""
OFFICE = "天津市滨海新区统计局"
SIGNED_AT = datetime(2026, 3, 3, 1, 30, tzinfo=UTC)


def scrawl(colour: str = "black", size: tuple[int, int] = (420, 150)) -> bytes:
    """A signature as a tablet gives it: PNG with a transparent ground."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    width, height = size
    points = [
        (width * (0.05 + 0.9 * step / 40), height * (0.5 + 0.4 * (-1) ** step * (1 - step / 60))) for step in range(41)
    ]
    pen.line(points, fill=colour, width=5, joint="curve")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def by(name: str, account: str, image: bytes | None = None) -> Signature:
    return Signature(name=name, account=account, signed_at=SIGNED_AT, image=image)


PETITIONER = Petitioner(name="覃秀英")

RECEPTION = ReceptionForm(
    organisation=OFFICE,
    register_no="信访〔2026〕0027",
    channel="来访",
    received_at=datetime(2026, 3, 2, 1, 10, tzinfo=UTC),
    registered_at=datetime(2026, 3, 2, 1, 40, tzinfo=UTC),
    petitioner=PETITIONER,
    telephone="13900001234",
    address="龙潭镇三组27号",
    headcount=3,
    purpose="申诉求决类 求决",
    locality="120116 滨海新区 新河街道",
    content_class="TJ4 普查与入户调查",
    sector="街镇开发区",
    cause="工作失误",
    main_problem="入户调查登记的耕地面积与承包合同不符，少登记二亩三分，影响补贴发放。",
    claims="请求重新核对并更正登记的耕地面积，补发2025年度差额补贴。",
    suggestions="建议入户登记后由农户当场签字确认，并把登记结果在村务公开栏公示。",
    matter="第三次全国农业普查后续抽样调查中本户耕地面积的登记。",
    reasons="承包合同和确权证书均载明八亩五分，调查登记表写的是六亩二分。",
    result="当场解释登记程序，受理并转承办部门核实。",
    verbatim_statement="我家八亩五分地，合同上白纸黑字写着，你们来的人坐了五分钟就走了，也没量。\n后来发钱少了，我去问，村里说是统计局登的数。我就是要个明白。",
    statement_version=2,
    registrar_note="来访人情绪平稳，携带合同复印件三页。",
    conduct=(("未就来访事项的处理作实质性表态", True), ("未透露内部研究的情况", True), ("未接受礼品、礼金", False)),
    conduct_note="来访人留下一篮水果，已当日退还。",
    registrar=by("李娜", "lina", scrawl()),
)

ROWS = (
    RegisterRow(
        register_no="2026-0001",
        received_on=date(2026, 1, 5),
        petitioner=PETITIONER,
        address="龙潭镇三组27号",
        summary="反映入户调查登记的耕地面积与承包合同不符，要求更正。",
        content_class="TJ4 普查与入户调查",
        handling_unit="农业农村统计科",
        result="已答复",
        registrar="李娜",
        note="附合同3页",
    ),
    RegisterRow(
        register_no="2026-0002",
        received_on=date(2026, 1, 6),
        voided=True,
        void_reason="重复登记，与2026-0001为同一来信。作废人：李娜，2026年1月6日。",
        registrar="李娜",
    ),
    RegisterRow(
        register_no="2026-0003",
        received_on=date(2026, 1, 12),
        petitioner=Petitioner(name="不应出现", anonymous=True),
        summary="咨询2025年社会平均工资的统计口径。",
        content_class="TJ5 数据质疑与咨询",
        handling_unit="人口和就业统计科",
        result="办理中",
        registrar="王强",
    ),
)
REGISTER = SpecialRegister(organisation=OFFICE, year=2026, rows=ROWS)

SLIP = RoutingSlip(
    organisation=OFFICE,
    register_no="信访〔2026〕0027",
    received_on=date(2026, 3, 2),
    channel="来信",
    urgent=True,
    petitioner=PETITIONER,
    address="龙潭镇三组27号",
    telephone="13900001234",
    content_class="TJ4 普查与入户调查",
    page_count=4,
    due_on=date(2026, 3, 10),
    summary="反映入户调查登记的耕地面积与承包合同不符，少登记二亩三分，要求更正并补发补贴差额。",
    proposed_action=Opinion(text="拟请农业农村统计科核实，七日内报结果。妥否，请批示。", signature=by("李娜", "lina")),
    instructions=(
        Opinion(
            text="同意。请农业农村统计科现场复核，务必向群众讲清楚。",
            signature=by("刘建国", "liujianguo", scrawl("navy")),
        ),
        Opinion(text="请办公室跟踪督办。", signature=by("陈志远", "chenzhiyuan", scrawl())),
    ),
    handling_unit="农业农村统计科",
    receipt=Opinion(text="收到原件4页。", signature=by("张伟", "zhangwei")),
    note="来信人要求书面答复。",
)

SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
PAPERS = (
    Paper(title="来信原件", page_count=4, sha256=SHA, note="原件"),
    Paper(title="土地承包合同复印件", page_count=3, sha256=SHA[::-1]),
    Paper(title="接待登记表", page_count=2, sha256=SHA[7:] + SHA[:7]),
)
HANDOVER = HandoverList(
    organisation=OFFICE,
    handover_no="移〔2026〕0009",
    register_no="信访〔2026〕0027",
    handed_over_at=datetime(2026, 3, 4, 2, 0, tzinfo=UTC),
    from_unit="办公室",
    to_unit="农业农村统计科",
    main_facts="信访人反映耕地面积登记有误，局领导已批示现场复核。",
    opinions="请在3月10日前报送核实结果。",
    papers=PAPERS,
    deliverer=by("李娜", "lina", scrawl()),
    receiver=by("张伟", "zhangwei"),
)

TRANSFER = TransferLetter(
    organisation=OFFICE,
    document_no="津滨统信〔2026〕5号",
    subject="覃秀英反映补贴发放事项",
    recipient="滨海新区农业农村委员会",
    register_no="信访〔2026〕0027",
    received_on=date(2026, 3, 2),
    channel="来信",
    petitioner=PETITIONER,
    summary="2025年度耕地地力保护补贴少发二亩三分，请求补发差额。",
    reason="经研究，该事项属于你单位职责范围。",
    requests=("办理结果请于2026年4月10日前函告我局。",),
    attachments=("来信复印件", "土地承包合同复印件"),
    urgent=True,
    contact="李娜",
    telephone="022-65300000",
    issued_on=date(2026, 3, 5),
)

GUIDANCE = GuidanceNotice(
    organisation=OFFICE,
    notice_no="告〔2026〕0003",
    petitioner=PETITIONER,
    raised_on=date(2026, 3, 2),
    matter="与村民委员会之间的土地承包合同纠纷。",
    route="申请农村土地承包经营纠纷仲裁，或者依法向人民法院提起诉讼。",
    legal_basis="《中华人民共和国农村土地承包经营纠纷调解仲裁法》第四条",
    authority="滨海新区农村土地承包仲裁委员会",
    authority_address="滨海新区新港二号路1号",
    authority_telephone="022-65301111",
    explanation="已当面向信访人说明申请仲裁所需材料和时效。",
    registrar=by("李娜", "lina", scrawl()),
    petitioner_signature=Signature(name="覃秀英", signed_at=SIGNED_AT, image=scrawl("navy")),
    issued_on=date(2026, 3, 3),
)

SUPERVISION = SupervisionNotice(
    organisation=OFFICE,
    notice_no="督〔2026〕0002",
    register_no="信访〔2026〕0027",
    handling_unit="农业农村统计科",
    handler="张伟",
    petitioner=PETITIONER,
    urgent=True,
    instructed_on=date(2026, 3, 3),
    due_on=date(2026, 3, 10),
    overdue_days=2,
    matter="耕地面积登记与承包合同不符。",
    reason="办理期限已届满，未报送办理结果，也未申请延期。",
    requests="立即完成现场复核，报送办理结果；确有困难的，书面说明原因。",
    report_by=date(2026, 3, 16),
    issuer=by("刘建国", "liujianguo", scrawl()),
    receipt=Opinion(text="已收到。", signature=by("张伟", "zhangwei")),
    progress=Opinion(text="已约定3月13日入户复核。", signature=by("赵敏", "zhaomin")),
    issued_on=date(2026, 3, 12),
)

EXTENSION = ExtensionRequest(
    organisation=OFFICE,
    register_no="信访〔2026〕0027",
    handling_unit="农业农村统计科",
    handler="张伟",
    petitioner=PETITIONER,
    matter="耕地面积登记与承包合同不符。",
    instructed_on=date(2026, 3, 3),
    first_due_on=date(2026, 3, 18),
    due_on=date(2026, 3, 25),
    requested_due_on=date(2026, 4, 9),
    reason="需会同镇政府现场测量，测量单位排期在4月上旬。",
    progress="已调取合同、确权档案，入户询问一次。",
    applicant=by("张伟", "zhangwei", scrawl()),
    unit_opinion=Opinion(text="情况属实，同意申请。", signature=by("赵敏", "zhaomin")),
    decision=Opinion(text="同意延期至4月9日。", signature=by("刘建国", "liujianguo", scrawl("navy"))),
    requested_on=date(2026, 3, 23),
)

REPORT = ResultReport(
    organisation=OFFICE,
    register_no="信访〔2026〕0027",
    handling_unit="农业农村统计科",
    handler="张伟",
    petitioner=PETITIONER,
    urgent=True,
    instructed_on=date(2026, 3, 3),
    due_on=date(2026, 3, 10),
    finished_on=date(2026, 3, 9),
    matter="耕地面积登记与承包合同不符。",
    findings="经现场测量并核对确权证书，该户承包耕地为八亩五分，调查登记表误记为六亩二分，系调查员抄录错误。",
    evidence=PAPERS,
    result="已更正登记，并函告农业农村部门；对调查员进行批评教育。",
    feedback="按信访人要求书面答复。",
    reporter=by("张伟", "zhangwei"),
    leader=Opinion(text="同意上报。", signature=by("刘建国", "liujianguo", scrawl())),
)

REPLY = ReplyLetter(
    organisation=OFFICE,
    document_no="津滨统信复〔2026〕3号",
    subject="覃秀英反映耕地面积登记事项",
    petitioner=PETITIONER,
    received_on=date(2026, 3, 2),
    channel="来信",
    summary="入户调查登记的耕地面积与承包合同不符，请求更正。",
    findings="我局会同新河街道办事处于2026年3月6日现场测量，并核对了承包合同和确权证书。\n您户承包耕地为八亩五分，调查登记表误记为六亩二分，系调查员抄录错误。",
    result="我局已更正登记，并将更正结果函告农业农村部门。补贴差额由该部门依规核发。",
    review_authority="天津市统计局",
    attachments=("更正后的调查登记表",),
    contact="李娜",
    telephone="022-65300000",
    issued_on=date(2026, 3, 9),
)

ALL: tuple[Form, ...] = (
    RECEPTION,
    REGISTER,
    SLIP,
    HANDOVER,
    TRANSFER,
    GUIDANCE,
    SUPERVISION,
    EXTENSION,
    REPORT,
    REPLY,
)
"""The ten forms."""

NAMES = [type(form).__name__ for form in ALL]


def empty(form: Form) -> Form:
    """A form of the same kind with nothing in it but the office's name."""
    year = {"year": form.year} if isinstance(form, SpecialRegister) else {}
    return type(form)(organisation=OFFICE, **year)  # type: ignore[arg-type]


def saying(form: Form, text: str) -> Form:
    """The form with `text` in every place that takes text, in the things within it as well."""
    return _saying(form, text)  # type: ignore[return-value]


def _saying(value: object, text: str) -> object:
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(_saying(item, text) for item in value)
    if isinstance(value, Form | Opinion | Paper | Petitioner | Signature | RegisterRow):
        return replace(value, **{field.name: _saying(getattr(value, field.name), text) for field in fields(value)})
    return value


def many_rows(number: int) -> SpecialRegister:
    """A register with that many numbers; every fiftieth is void."""
    rows = (
        replace(
            ROWS[1] if each % 50 == 0 else ROWS[0],
            register_no=f"2026-{each:04}",
            received_on=date(2026, 1, 1) + timedelta(days=each // 2),
        )
        for each in range(1, number + 1)
    )
    return replace(REGISTER, rows=tuple(rows))
