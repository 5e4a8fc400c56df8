"""Code tables 代码表: what the fields of a registration offer, and their maintenance by the office."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from archive_app.codes import service
from archive_app.domain.code_tables import DEFAULTS
from archive_app.views.common.context import archive, go_to, reader
from archive_app.views.common.form_submission import Answer, submit_form, text

blueprint = Blueprint("codes", __name__)


@blueprint.get("/codes")
def page() -> str:
    """A table, the first one by default."""
    return _page(request.args.get("table", next(iter(DEFAULTS))))


@blueprint.post("/codes/<field>")
def add(field: str) -> Answer:
    """Add an entry."""

    def work() -> Answer:
        code = service.add(
            reader(), archive(), field, code=text("code"), zh=text("zh"), en=text("en"), reason=text("reason")
        )
        return go_to("codes.page", table=field, done=code)

    return submit_form(work, lambda **values: _page(field, **values), "add")


@blueprint.post("/codes/<field>/<code>")
def change(field: str, code: str) -> Answer:
    """Rename an entry, retire it, offer it again, or move it."""
    what = text("what")

    def work() -> Answer:
        if what in ("up", "down"):
            service.move(reader(), archive(), field, code, up=what == "up")
        elif what in ("retire", "offer"):
            service.offer(reader(), archive(), field, code, offered=what == "offer", reason=text("reason"))
        else:
            words = {"zh": text("zh"), "en": text("en"), "reason": text("reason")}
            service.rename(reader(), archive(), field, code, **words)
        return go_to("codes.page", table=field, done=code)

    return submit_form(work, lambda **values: _page(field, **values), f"{code}-{what}")


def _page(table: str, *, error: str | None = None, form: str = "", field: str = "", **_code: str) -> str:
    """A code table, with the error in its field and form (`submit_form`)."""
    return render_template(
        "codes/codes.html",
        table=table,
        tables=tuple(DEFAULTS),
        found=service.table(reader(), archive(), table),
        done=request.args.get("done", ""),
        error=error,
        form=form,
        field=field,
    )
