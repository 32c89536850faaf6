"""How the picture looks, in a light and in a dark page."""

STYLE = """
.picture{--paper:#fff;--ink:#1b1f24;--soft:#57606a;--line:#8c959f;--tier:#f6f8fa;--group:#fff;
--in:#0550ae;--l0:#8250df;--l1:#1a7f37;--l2:#bf3989;--l3:#9a6700;--l4:#0e7490;--l5:#bc4c00;
--warn:#cf222e;font:13px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
@media(prefers-color-scheme:dark){.picture{--paper:#0d1117;--ink:#e6edf3;--soft:#9da7b3;
--line:#6e7681;--tier:#161b22;--group:#0d1117;--in:#79c0ff;--l0:#d2a8ff;--l1:#56d364;--l2:#ff9bce;
--l3:#e3b341;--l4:#56d4dd;--l5:#ffa657;--warn:#ff7b72}}
.picture{background:var(--paper)}
.picture .box{fill:var(--group);stroke:var(--line)}
.picture .network{fill:var(--paper);stroke:var(--ink);stroke-width:1.5}
.picture .region{fill:var(--paper);stroke-dasharray:5 4}
.picture .tier{fill:var(--tier)}
.picture .cluster{fill:none;stroke-dasharray:5 4}
.picture .subnet,.picture .add-ons{fill:none;stroke-dasharray:2 3}
.picture .entrance.box,.picture .internet{stroke:var(--in);stroke-width:1.5}
.picture .store{stroke:var(--l1);stroke-width:1.5}
.picture .step{stroke:var(--l0);stroke-width:1.5}
.picture .waiting{stroke:var(--warn);stroke-width:1.5}
.picture text{fill:var(--ink);font-size:12px}
.picture .name{font-weight:600;font-size:13px}
.picture .detail{fill:var(--soft)}
.picture .port{fill:var(--in);font-weight:600}
.picture .pod{fill:var(--ink);stroke:var(--ink)}
.picture .hollow{fill:none}
.picture .wire{fill:none;stroke:var(--wire);stroke-width:2;shape-rendering:crispEdges}
.picture .tip{fill:var(--wire)}
.picture .wire.stub{stroke:var(--line);stroke-width:1}
.picture .wire.entrance,.picture .tip.entrance{--wire:var(--in)}
.picture .lane-0{--wire:var(--l0)}.picture .lane-1{--wire:var(--l1)}
.picture .lane-2{--wire:var(--l2)}.picture .lane-3{--wire:var(--l3)}
.picture .lane-4{--wire:var(--l4)}.picture .lane-5{--wire:var(--l5)}
"""
