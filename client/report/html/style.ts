/** The style of the pages. Two sets of colours, each with a contrast of 4.5 or more; print has one of them. */
export const STYLE = `
:root{color-scheme:light dark;--page:#fbfbf9;--card:#fff;--ink:#1b1f23;--soft:#555d66;--line:#d9dcd6;--tint:#f1f2ee;--good:#17633a;--goodb:#e3f1e7;--bad:#a11722;--badb:#fbe6e6;--open:#7a4a00;--openb:#fcefd6;--live:#0b4f86;--liveb:#e2eef8;--link:#0b4f86}
@media(prefers-color-scheme:dark){:root{--page:#15181b;--card:#1b1f23;--ink:#e6e8e6;--soft:#a5adb5;--line:#353b41;--tint:#22272c;--good:#7fd6a0;--goodb:#17301f;--bad:#ff9c9c;--badb:#3b1b1d;--open:#f0c070;--openb:#352a14;--live:#8cc4f2;--liveb:#162a3b;--link:#8cc4f2}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main,header,footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem}
h1{font-size:1.7rem;line-height:1.2;margin:.2rem 0 .4rem;letter-spacing:-.01em;font-weight:650}
h2{font-size:1.22rem;margin:3rem 0 .6rem;padding-top:1rem;border-top:1px solid var(--line);font-weight:650}
h3{font-size:1rem;margin:1.4rem 0 .4rem;font-weight:650}
p{margin:.4rem 0 .8rem;max-width:46rem}
.eyebrow{color:var(--soft);font-size:.85rem;margin:0}
.soft,.note{color:var(--soft)}
.note{font-size:.9rem;white-space:pre-line;overflow-wrap:anywhere}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,[tabindex]:focus-visible,summary:focus-visible,input:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-99rem;background:var(--card)}
.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.4rem .8rem}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;margin:1rem 0 0;padding:0;font-size:.92rem}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
code{overflow-wrap:anywhere}
pre{margin:.25rem 0 .7rem;padding:.55rem .75rem;background:var(--tint);border:1px solid var(--line);border-radius:4px;overflow-x:auto;white-space:pre}
pre code{overflow-wrap:normal}
.verdict{border:1px solid var(--line);border-left:6px solid var(--soft);border-radius:4px;background:var(--card);padding:.9rem 1.1rem;margin:1.1rem 0}
.verdict p{margin:.25rem 0}
.verdict .word{font-size:1.25rem;font-weight:700;text-transform:uppercase;letter-spacing:.04em}
.verdict.good{border-left-color:var(--good)}.verdict.bad{border-left-color:var(--bad)}.verdict.open{border-left-color:var(--open)}.verdict.live{border-left-color:var(--live)}
.state{display:inline-block;padding:0 .45em;border-radius:3px;white-space:nowrap;font-weight:600;font-size:.9em;background:var(--tint);color:var(--soft)}
.good .word,.state.good{color:var(--good)}.bad .word,.state.bad{color:var(--bad)}.open .word,.state.open{color:var(--open)}.live .word,.state.live{color:var(--live)}
.state.good{background:var(--goodb)}.state.bad{background:var(--badb)}.state.live{background:var(--liveb)}
.state.open{background:repeating-linear-gradient(135deg,var(--openb) 0 6px,var(--card) 6px 9px)}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.2rem 1.2rem;margin:.8rem 0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
.wide{overflow-x:auto;margin:.5rem 0 1rem;border:1px solid var(--line);border-radius:4px;background:var(--card)}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:.88rem;padding:.5rem .7rem}
th,td{text-align:left;vertical-align:top;padding:.38rem .7rem;border-bottom:1px solid var(--line)}
tbody tr:last-child>*{border-bottom:0}
thead th{font-weight:600;color:var(--soft);background:var(--tint);white-space:nowrap}
th[scope=row]{font-weight:550}th .soft{font-weight:400}
td.n,th.n{text-align:right;white-space:nowrap}
td code{font-size:.82em}
#component-table td:last-child{font:.75rem ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere;min-width:13rem}
.key{min-width:13rem}
.says{min-width:16rem}
.card{border:1px solid var(--line);border-radius:4px;background:var(--card);padding:.2rem 1.1rem .8rem;margin:.8rem 0}
.missing{border-left:4px solid var(--open);background:var(--openb);color:var(--open);padding:.45rem .8rem;font-weight:550}
details{margin:.3rem 0}
summary{cursor:pointer;padding:.3rem 0}
summary h3{display:inline;margin:0}
.picture{margin:1rem 0;overflow-x:auto;border:1px solid var(--line);border-radius:4px;background:var(--card)}
.picture svg{display:block;min-width:44rem;width:100%;height:auto}
svg text{fill:var(--ink);font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
svg .soft{fill:var(--soft)}svg .grid{stroke:var(--line)}svg .track{fill:var(--tint)}
svg .good{fill:var(--good)}svg .bad{fill:var(--bad)}svg .open{fill:var(--open)}svg .live{fill:var(--live)}svg .quiet{fill:var(--soft)}
svg .hatch{stroke:var(--card);stroke-width:3}
.search{display:flex;flex-wrap:wrap;gap:.4rem .8rem;align-items:center;margin:.6rem 0}
.search input{font:inherit;padding:.35rem .6rem;border:1px solid var(--soft);border-radius:4px;background:var(--card);color:var(--ink);min-width:0;width:20rem;max-width:100%}
ol.steps{padding-left:1.2rem}
ol.steps>li{margin:.5rem 0}
.says-list{padding-left:1.2rem;max-width:58rem}
.says-list li{margin:.35rem 0;overflow-wrap:anywhere}
footer{margin-top:3rem;padding-bottom:3rem;border-top:1px solid var(--line);color:var(--soft);font-size:.9rem}
[hidden]{display:none!important}
@media(max-width:40rem){body{font-size:15px}main,header,footer{padding-left:.9rem;padding-right:.9rem}h1{font-size:1.4rem}dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin-bottom:.5rem}th,td{padding:.35rem .5rem}}
@media print{:root{--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--tint:#f4f4f4;--good:#17633a;--goodb:#fff;--bad:#a11722;--badb:#fff;--open:#7a4a00;--openb:#fff;--live:#0b4f86;--liveb:#fff;--link:#000}
@page{margin:14mm}
body{font-size:10pt}main,header,footer{max-width:none;padding:0}nav,.search,.skip{display:none}
.wide,.picture,pre{overflow:visible}pre{white-space:pre-wrap;overflow-wrap:anywhere}.picture svg{min-width:0}table{font-size:8pt}th,td,.state{padding:.25em .45em;overflow-wrap:anywhere;white-space:normal}td code,#component-table td:last-child{font-size:6.5pt}thead th{white-space:normal}td.n,th.n{white-space:normal}.key,.says,#component-table td:last-child{min-width:0}
details:not([open])::details-content{content-visibility:visible;display:block;height:auto}
h2,h3{break-after:avoid}tr,pre,.verdict{break-inside:avoid}}
`.trim();
