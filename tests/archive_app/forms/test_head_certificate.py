"""The head of the audit trail on paper: one page in either language, and its code says what was handed over."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from archive_app.forms.head_certificate import HeadCertificate
from archive_app.forms.rendering import render
from tests.archive_app.forms.filled import MADE_AT
from tests.scanning import validators

CODE = "archive: 局“信访”档案 <script>&\nrows: 1234567\nhash: " + "0123456789abcdef" * 4 + "\n"


def certificate(*, english: bool) -> HeadCertificate:
    return HeadCertificate(
        organisation="局“信访”档案 <script>&",
        name="Head of the audit trail" if english else "审计日志链头",
        parts=(("Archive", ("局“信访”档案 <script>&",)), ("Hash", ("01234567 89abcdef",) * 4)),
        note="Keep this outside the system. " * 20,
        signature="Signature and date:",
        code=CODE,
        english=english,
    )


@pytest.mark.parametrize(("english", "language"), [(True, "en"), (False, "zh-CN")])
def test_the_head_is_one_page_with_a_code_in_either_language(tmp_path: Path, english: bool, language: str) -> None:
    content = render(certificate(english=english), made_at=MADE_AT)
    page = tmp_path / "head.pdf"
    page.write_bytes(content)
    validators.check_access_copy(page)
    with pikepdf.open(page) as pdf:
        assert len(pdf.pages) == 1
        assert str(pdf.Root.Lang) == language
    with pypdfium2.PdfDocument(content) as document:
        text = document[0].get_textpage().get_text_bounded()
        picture = document[0].render(scale=300 / 72).to_pil()
    for shown in (certificate(english=english).heading, "<script>&", "Signature and date:", "89abcdef"):
        assert shown in text
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == CODE
    assert render(certificate(english=english), made_at=MADE_AT) == content
