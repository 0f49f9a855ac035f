"""Payers with what they allow, and licensing compacts: dated rows that are ended, never edited."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import BooleanField, Field, IntegerField, StringField
from wtforms.fields import DateField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, ValidationError

from groupmatch import clock
from groupmatch.errors import NotFound
from groupmatch.language import gettext, later
from groupmatch.records import CompactRegion, Payer, PayerRule
from groupmatch.services.programs import places, vocabulary
from groupmatch.web import access
from groupmatch.web.staff import offers
from groupmatch.web.staff.admin import blueprint
from groupmatch.web.staff.forms import Form, Page, Pick, region_field, text
from groupmatch.web.staff.governed_tables import compacts_table, rules_table
from groupmatch.web.tables import exported
from groupmatch.web.transaction import session

_DATED: dict[str, type[PayerRule] | type[CompactRegion]] = {
    "payers": PayerRule,
    "compacts": CompactRegion,
}
_SOURCE = [DataRequired(later("Write the source: a contract, a law, a letter, with its date."))]


class PayerForm(Form):
    """A new payer."""

    code = StringField(
        later("Code"),
        [DataRequired(later("Write a code."))],
        filters=[text],
        description=later("Small letters, digits and hyphens. It stays for good."),
    )
    name = StringField(later("Name"), [DataRequired(later("Write a name."))], filters=[text])


class PayerRuleForm(Form):
    """What a payer allows, from when on."""

    level_code = Pick(later("Level of care"), blank=later("Every level"))
    covers_virtual = BooleanField(later("Covers virtual sessions"))
    group_cap = IntegerField(
        later("Most members of a group"),
        [Optional(), NumberRange(1, 1000, later("Write a number from 1 to 1,000."))],
        description=later("In which one of this payer’s members sits; empty for no cap."),
    )
    valid_from = DateField(
        later("From"), [InputRequired(later("Write the first date on which it holds."))]
    )
    valid_to = DateField(later("Until"), [Optional()], description=later("Empty for no end."))
    source = StringField(later("Source"), _SOURCE, filters=[text])

    def validate_valid_to(self, field: Field) -> None:
        """It ends after it begins."""
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(gettext("Write a date on or after the first one."))

    def fields(self) -> dict[str, Any]:
        """The answers as a service takes them."""
        return {field.name: field.data for field in self if field.name != "csrf_token"}


class CompactForm(Form):
    """A region in which a compact is in operation."""

    compact = StringField(
        later("Compact"),
        [DataRequired(later("Write the code of a compact, like: psypact."))],
        filters=[text],
    )
    region = region_field(later("Region"))
    valid_from = DateField(
        later("From"), [InputRequired(later("Write the first date of operation."))]
    )
    source = StringField(later("Source"), _SOURCE, filters=[text])


class EndForm(Form):
    """The last date of a row."""

    last_on = DateField(
        later("Last date"), [InputRequired(later("Write the last date on which it holds."))]
    )


@blueprint.get("/payers")
@access.admin
def payers() -> str | Response:
    """All payers and what they allow."""
    query = select(PayerRule).order_by(PayerRule.payer_code, PayerRule.valid_from.desc())
    rules, levels = session().scalars(query).all(), offers.levels(session())
    listed = [
        (
            code,
            name,
            rules_table(code, name, levels).over(
                [rule for rule in rules if rule.payer_code == code]
            ),
        )
        for code, name in offers.payers(session()).items()
    ]
    return exported(*(table for _, _, table in listed)) or render_template(
        "staff/admin/payers.html",
        payers=listed,
        levels=levels,
        today=clock.today(access.program().timezone),
    )


@blueprint.route("/payers/new", methods=["GET", "POST"])
@access.admin
def add_payer() -> Page | Response:
    """Add a payer."""
    form = PayerForm()
    if form.sent_well():
        with form.refusals():
            by = access.account().id
            vocabulary.add_payer(session(), code=form.code.data, name=form.name.data, by=by)
            flash(gettext("The payer is added. Write down what it allows."), "success")
            return redirect(url_for("admin.payers"), code=303)
    return form.page("staff/admin/add_payer.html")


@blueprint.route("/payers/<code>/rules/new", methods=["GET", "POST"])
@access.admin
def add_payer_rule(code: str) -> Page | Response:
    """Write down what a payer allows."""
    payer = session().get(Payer, code)
    if payer is None:
        raise NotFound()
    form = PayerRuleForm(data={"covers_virtual": True})
    form.level_code.offer(offers.levels(session()))
    if form.sent_well():
        with form.refusals():
            by = access.account().id
            vocabulary.add_payer_rule(session(), payer, by=by, **form.fields())
            flash(gettext("The rule is written down."), "success")
            return redirect(url_for("admin.payers"), code=303)
    return form.page("staff/admin/add_payer_rule.html", payer=payer)


@blueprint.get("/compacts")
@access.admin
def compacts() -> str | Response:
    """Where licensing compacts are in operation."""
    query = select(CompactRegion).order_by(CompactRegion.compact, CompactRegion.region)
    listed = compacts_table(places.regions()).over(session().scalars(query).all())
    return exported(listed) or render_template(
        "staff/admin/compacts.html",
        listed=listed,
        regions=places.regions(),
        today=clock.today(access.program().timezone),
    )


@blueprint.route("/compacts/new", methods=["GET", "POST"])
@access.admin
def add_compact() -> Page | Response:
    """Write down that a compact is in operation in a region."""
    form = CompactForm()
    if form.sent_well():
        with form.refusals():
            vocabulary.add_compact_region(
                session(),
                compact=form.compact.data,
                region=form.region.data,
                valid_from=form.valid_from.data,
                source=form.source.data,
                by=access.account().id,
            )
            flash(gettext("The region is written down."), "success")
            return redirect(url_for("admin.compacts"), code=303)
    return form.page("staff/admin/add_compact.html")


@blueprint.route("/<table>/<row_id>/end", methods=["GET", "POST"])
@access.admin
def end_row(table: str, row_id: str) -> Page | Response:
    """Say until when a rule or a compact's region holds."""
    row = _row(table, row_id)
    form = EndForm(data={"last_on": clock.today(access.program().timezone)})
    if form.sent_well():
        with form.refusals():
            by = access.account().id
            vocabulary.end_dated(session(), row, last_on=form.last_on.data, by=by)
            flash(gettext("The last date is written down."), "success")
            return redirect(url_for(f"admin.{table}"), code=303)
    return form.page("staff/admin/end_row.html", row=row, table=table)


def _row(table: str, row_id: str) -> PayerRule | CompactRegion:
    kind: Any = _DATED.get(table)
    row: PayerRule | CompactRegion | None = session().get(kind, row_id) if kind else None
    if row is None:
        raise NotFound()
    return row
