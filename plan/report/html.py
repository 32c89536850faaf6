"""The report as one page that needs nothing else."""

from plan.markup import Markup, element, together
from plan.picture import pictures
from plan.picture.svg import STYLE as PICTURE_STYLE
from plan.report.capacity import capacity_section
from plan.report.changes import changes_section
from plan.report.cost import cost_section
from plan.report.findings import Findings, SummaryItem, summary
from plan.report.time import time_section

_LEGEND = (
    "Blue: from a load balancer to pods, with the port. Right-hand lines: what pods use; a dot "
    "joins a line, a crossing without one does not. Filled squares are pods at minimum scale, "
    "hollow ones those that an autoscaler may add. Pods stand where the scheduler would put them."
)


def page(findings: Findings) -> str:
    """Return the page; raise `PlanError` for what cannot be drawn."""
    return "<!DOCTYPE html>\n" + element(
        "html",
        element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("title", f"Plan of {findings.name}"),
            element("style", Markup(STYLE + PICTURE_STYLE)),
        ),
        element(
            "body",
            element("header", element("h1", f"Plan of {findings.name}"), _compared(findings)),
            element(
                "main",
                element("dl", *map(_answer, summary(findings)), class_="answers"),
                _section("Architecture", _figure(findings)),
                *([_section("Changes", *changes_section(findings))] if findings.changes else []),
                _section("Capacity", *capacity_section(findings.capacity)),
                _section("Cost", *cost_section(findings)),
                _section("Time", *time_section(findings.time)),
            ),
        ),
        lang="en",
    )


def _compared(findings: Findings) -> Markup:
    text = f"Compared with {findings.before}" if findings.before else "A first deploy"
    return element("p", f"{text}. Prices of {findings.cost.on}, before tax.")


def _answer(answer: SummaryItem) -> Markup:
    return element(
        "div",
        element("dt", answer.about),
        element("dd", answer.short, class_="short"),
        element("dd", answer.detail),
        class_=f"answer {answer.mark.value}",
    )


def _figure(findings: Findings) -> Markup:
    return element(
        "figure", *pictures(findings.planned, findings.placements), element("figcaption", _LEGEND)
    )


def _section(title: str, *content: str) -> Markup:
    return element("section", element("h2", title), together(*content), id=title.lower())


STYLE = """
:root{color-scheme:light dark;--back:#fff;--text:#1b1f24;--faint:#57606a;--rule:#d0d7de;
--panel:#f6f8fa;--good:#116329;--look:#7d4e00;--bad:#b3161f;--bar:#0969da;--bar2:#54aeff}
@media(prefers-color-scheme:dark){:root{--back:#0d1117;--text:#e6edf3;--faint:#9da7b3;
--rule:#30363d;--panel:#161b22;--good:#56d364;--look:#e3b341;--bad:#ff7b72;--bar:#388bfd;
--bar2:#1f6feb}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1168px;padding:16px 24px 48px;background:var(--back);
color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;
overflow-wrap:anywhere}
h1{font-size:24px;margin:0}h2{font-size:20px;margin:40px 0 8px}h3{font-size:16px;margin:20px 0 8px}
p,ul{margin:4px 0 12px}ul{padding-left:20px}header p,.soft,figcaption{color:var(--faint)}
.soft,figcaption{font-size:13px}
.answers{display:grid;grid-template-columns:repeat(4,1fr);gap:12px;margin:12px 0 0}
.answer{border:1px solid var(--rule);border-top:4px solid var(--faint);border-radius:6px;
padding:8px 12px;background:var(--panel)}
.answer dt{color:var(--faint);font-size:13px}.answer dd{margin:0;font-size:13px}
.answer .short{font-size:18px;font-weight:600}
.answer.good{border-top-color:var(--good)}.answer.good .short,.verdict.good{color:var(--good)}
.answer.look{border-top-color:var(--look)}.answer.look .short,.verdict.look{color:var(--look)}
.answer.bad{border-top-color:var(--bad)}.answer.bad .short,.verdict.bad{color:var(--bad)}
.verdict{font-weight:600}.verdict.good::before{content:"\\2713  "}
.verdict.look::before{content:"?  "}.verdict.bad::before{content:"!  "}
.answer.good .short::before{content:"\\2713  "}.answer.bad .short::before{content:"!  "}
figure{margin:0}.picture{display:block;width:100%;height:auto}.narrow{display:none}
table{border-collapse:collapse;width:100%;margin:8px 0 16px;font-size:14px}
th,td{text-align:left;vertical-align:top;padding:5px 12px 5px 0;border-bottom:1px solid var(--rule)}
thead th{color:var(--faint);font-weight:600;font-size:13px}tbody th{font-weight:500}
.figure{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.even{table-layout:fixed}details{margin:6px 0}summary{cursor:pointer}
section>details>summary{font-weight:600;padding:4px 0}
td details,td li{font-size:13px;margin:0}td ul{padding-left:16px}
.subject{font-weight:600;margin:10px 0 2px}
pre{margin:0 0 8px;padding:8px 12px;background:var(--panel);border-radius:6px;font-size:13px;
white-space:pre-wrap;overflow-wrap:anywhere}
.added{color:var(--good)}.removed{color:var(--bad)}
.findings strong{text-transform:uppercase;font-size:12px}
.risky strong{color:var(--bad)}.notice strong{color:var(--look)}
.bars{list-style:none;margin:0;padding:0}.bars li{margin:0 0 10px}
.bar{display:flex;height:18px;background:var(--panel);border-radius:3px;overflow:hidden}
.bar>span{flex:none;background:var(--bar);box-shadow:inset -1px 0 var(--back)}
.bar>span:nth-child(even){background:var(--bar2)}.bar>.before{background:none;box-shadow:none}
@media(max-width:900px){.answers{grid-template-columns:repeat(2,1fr)}
.wide{display:none}.narrow{display:block;max-width:480px;margin:0 auto}}
@media(max-width:640px){body{padding:12px 12px 32px}.answers{gap:8px}.answer .short{font-size:16px}
.stack,.stack>tbody,.stack>tbody>tr,.stack>tbody th,.stack>tbody td{display:block}
.stack>thead{position:absolute;width:1px;height:1px;overflow:hidden;
clip-path:inset(50%)}
.stack>tbody>tr{border-bottom:1px solid var(--rule);padding:6px 0}
.stack>tbody th,.stack>tbody td{border:0;padding:1px 0}.stack>tbody th{font-weight:600}
.stack>tbody>tr>td{display:flex;gap:8px;justify-content:space-between}
.stack td::before{content:attr(data-head);color:var(--faint);flex:none;max-width:45%}
.stack td>*{min-width:0}.figure{white-space:normal}}
"""
