"""The look of the HTML report: palettes and one inline style sheet, light, dark and print."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

__all__ = ["ENTITIES", "SPEAKERS", "SURFACES", "style"]

#: Each colour as (light ink, light tint, dark ink, dark tint); ink on tint and on the surface
#: reads at WCAG AA (4.5 : 1).
Colour = tuple[str, str, str, str]

#: Speakers take these in the order in which they first speak, and round again; the last is for
#: quotes whose speaker is unknown.
SPEAKERS: tuple[Colour, ...] = (
    ("#0a5f58", "#ddf1ee", "#77d8cb", "#12322f"),
    ("#7d4306", "#fcecd6", "#f2b872", "#3a2910"),
    ("#3949a8", "#e6e9fb", "#b3bdff", "#232a52"),
    ("#9b1f3b", "#fce4e9", "#ffa3b4", "#451b27"),
    ("#35620f", "#e6f3d8", "#aedb83", "#22351a"),
    ("#732c8f", "#f4e4f9", "#e0adf4", "#391f45"),
    ("#09588a", "#dceffb", "#86cbf7", "#10324d"),
    ("#63443a", "#f3e8e3", "#dcbbab", "#382b25"),
    ("#4d5257", "#eceeef", "#bcc3c9", "#2b2f33"),
)

#: Colours of the entity labels; any other label takes the last.
ENTITIES: Mapping[str, Colour] = {
    "PER": ("#1a4fa3", "#e6eefb", "#9cc2ff", "#1b2b47"),
    "ORG": ("#7a2a86", "#f6e6f8", "#e3a8ee", "#3a2040"),
    "LOC": ("#1f6131", "#e2f3e6", "#93d6a4", "#1a3523"),
    "MISC": ("#7a4a00", "#fbeed7", "#edbe72", "#3a2b12"),
    "DATE": ("#9c1f2e", "#fce5e7", "#ffa4ac", "#431d23"),
    "ROLE": ("#07586b", "#dcf0f5", "#83cfe2", "#113440"),
    "other": ("#4d5257", "#eceeef", "#bcc3c9", "#2b2f33"),
}

#: Page, card, ink, quiet ink, line, accent: for the light and for the dark scheme.
SURFACES = (
    ("#f4f3ef", "#ffffff", "#1b1d1f", "#565c62", "#dcdad3", "#0b4f6c"),
    ("#131517", "#1c1f22", "#e9e7e2", "#a9b0b6", "#363b40", "#8fcdea"),
)
_SURFACE_NAMES = ("page", "card", "ink", "quiet", "line", "accent")

_BASE = """
*{box-sizing:border-box}
html{font-size:100%;scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);line-height:1.6;
 font-family:"Noto Sans Arabic","Segoe UI",Tahoma,"Geeza Pro",system-ui,sans-serif}
a{color:var(--accent)}
a:focus-visible,input:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--accent);
 outline-offset:2px;border-radius:4px}
h1,h2,h3,h4,p,ul,ol,dl,dd,blockquote,table{margin:0;padding:0}
ul,ol{list-style:none}
.bar,main{max-width:84rem;margin-inline:auto;padding:1rem clamp(.75rem,2.5vw,2rem)}
.bar{padding-bottom:0}
.bar h1{font-size:1.5rem;margin-bottom:.5rem}
.key{display:flex;flex-wrap:wrap;gap:.35rem 1rem;align-items:center;font-size:.85rem;
 color:var(--quiet)}
.key fieldset{border:0;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.35rem 1rem}
.key legend{float:inline-start;padding:0;margin-inline-end:1rem;font-weight:600}
.key label{display:inline-flex;gap:.35rem;align-items:center;color:var(--ink);cursor:pointer;
 min-height:1.5rem}
.key input{accent-color:var(--accent);width:1rem;height:1rem;margin:0}
article{display:grid;gap:1.25rem;grid-template-columns:minmax(0,1fr);margin-bottom:3rem}
article+article{border-top:3px double var(--line);padding-top:2rem}
.facts{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;font-size:.875rem;color:var(--quiet)}
.facts h1,.facts h2{flex-basis:100%;font-size:1.4rem;color:var(--ink)}
.facts a{display:inline-block;padding-block:.1rem}
.panel{background:var(--card);border:1px solid var(--line);border-radius:12px;
 padding:clamp(.9rem,2vw,1.5rem);min-width:0}
.panel>h2,.panel>h3{font-size:1.1rem;display:flex;gap:.5rem;align-items:baseline;
 padding-bottom:.5rem;margin-bottom:.75rem;border-bottom:2px solid var(--accent)}
.count{font-size:.85rem;font-weight:400;color:var(--quiet)}
.none{color:var(--quiet)}
.text{font-family:"Noto Naskh Arabic","Noto Sans Arabic","Geeza Pro","Traditional Arabic",
 "Times New Roman",serif;font-size:1.125rem;line-height:2.15;white-space:pre-wrap;
 overflow-wrap:anywhere}
.text>p{margin-bottom:.75rem}
.text>.headline{font-size:1.5rem;line-height:1.9;margin-bottom:.75rem}
.e{border-bottom:2px solid var(--c);padding-bottom:.05em}
.e.last::after{content:attr(data-l);font:600 .56em/1 "Noto Sans Arabic","Segoe UI",Tahoma,
 sans-serif;color:var(--c);margin-inline:.3em .1em;vertical-align:.5em;white-space:nowrap;
 unicode-bidi:isolate}
.q{background:var(--t);padding-block:.28em;-webkit-box-decoration-break:clone;
 box-decoration-break:clone;border-radius:3px}
.q .q{box-shadow:inset 0 -1.5px var(--c),inset 0 1.5px var(--c)}
.q.last{border-inline-end:3px solid var(--c);-webkit-box-decoration-break:slice;
 box-decoration-break:slice;padding-inline-end:.2em}
.sp{color:var(--c);font-weight:700}
.cue,.via{text-decoration:underline dotted var(--c) 2px;text-underline-offset:.35em}
.ev{outline:1px solid var(--quiet);border-radius:3px;padding-inline-end:.15em}
.ev.one{white-space:nowrap}
.arg{text-decoration:underline dashed var(--quiet) 1px;text-underline-offset:.3em}
.no{display:inline;font:700 .68rem/1 "Noto Sans Arabic","Segoe UI",Tahoma,sans-serif;
 text-decoration:none;padding:.18em .5em;margin-inline-end:.3em;border-radius:1em;
 background:var(--c);color:var(--card);white-space:nowrap;unicode-bidi:isolate;
 vertical-align:.15em}
.no::before{content:attr(data-n)}
.no.sq{background:var(--quiet);border-radius:3px;padding:.2em .4em}
.cards{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr))}
.card{border:1px solid var(--line);border-inline-start:5px solid var(--c,var(--quiet));
 border-radius:8px;padding:.7rem .85rem;font-size:.9rem;min-width:0;overflow-wrap:anywhere}
.card h3,.card h4{font-size:1rem;line-height:1.5}
.card h3 .no,.card h4 .no{font-size:.75rem}
.card .role{color:var(--quiet);font-size:.85rem}
.card blockquote{background:var(--t);border-radius:6px;padding:.4rem .6rem;margin:.45rem 0;
 line-height:1.75}
.card dl{display:flex;flex-wrap:wrap;gap:.15rem .9rem}
.card dl>div{display:flex;gap:.35rem}
.card dl{margin-top:.3rem}
dt{color:var(--quiet);white-space:nowrap}
dt::after{content:":"}
.back{display:inline-block;margin-top:.35rem;padding-block:.15rem}
.who{font-weight:600;margin:.3rem 0}
.who .to{color:var(--quiet);padding-inline:.35rem}
.tag{display:inline-block;font-size:.78rem;font-weight:400;border:1px solid currentColor;
 border-radius:1em;padding:0 .55em;white-space:nowrap;color:var(--quiet)}
.tag.planned,.tag.hypothetical{border-style:dashed}
.tag.negated{border-width:2px;font-weight:700}
.latin{font-family:ui-monospace,"DejaVu Sans Mono",Consolas,monospace;font-size:.88em}
time{white-space:nowrap}
.code{font:600 .8em ui-monospace,"DejaVu Sans Mono",Consolas,monospace;text-decoration:none;
 border:1px solid var(--line);border-radius:4px;padding:0 .3em;color:var(--quiet)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:start;font-weight:600;padding:.6rem 0 .2rem;color:var(--c,var(--ink))}
th,td{text-align:start;vertical-align:top;padding:.35rem .5rem;border-bottom:1px solid var(--line)}
thead th{font-weight:400;color:var(--quiet);font-size:.82rem}
tbody th{font-weight:600}
.n{text-align:center;white-space:nowrap;width:4.5rem}
.tables{columns:26rem;column-gap:2rem}
.tables>*{break-inside:avoid}
.error{border-color:currentColor;color:var(--err)}
:target{outline:3px solid var(--accent);outline-offset:2px;scroll-margin:1rem}
@media(max-width:30rem){th,td{padding-inline:.3rem} .n{width:auto}}
@media(min-width:64rem){
 article{grid-template-columns:minmax(0,1fr) 25rem;align-items:start}
 article>.facts,article>.full{grid-column:1/-1}
 .quotes{position:sticky;top:1rem;max-height:min(100vh - 2rem,70rem);overflow:auto;
  scrollbar-width:thin}
 .quotes .cards{grid-template-columns:minmax(0,1fr)}}
body:has(#show-e:not(:checked)) .e{border-color:transparent}
body:has(#show-e:not(:checked)) .e::after{content:none}
body:has(#show-q:not(:checked)) .text .q{background:none;border-color:transparent;box-shadow:none}
body:has(#show-q:not(:checked)) .text .no:not(.sq){display:none}
body:has(#show-q:not(:checked)) .text .sp{color:inherit;font-weight:inherit}
body:has(#show-q:not(:checked)) .text :is(.cue,.via){text-decoration:none}
body:has(#show-v:not(:checked)) .text .no.sq{display:none}
body:has(#show-v:not(:checked)) .text .ev{outline:0}
body:has(#show-v:not(:checked)) .text .arg{text-decoration:none}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@media print{
 :root{--page:#fff}
 *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
 .key fieldset,.back{display:none}
 main,.bar{max-width:none;padding-inline:0}
 article{display:block;break-before:auto}
 article+article{break-before:page;border:0;padding:0}
 .panel{border:0;padding:0;margin:0 0 1rem;border-radius:0}
 .quotes{position:static;max-height:none;overflow:visible}
 .cards{grid-template-columns:1fr 1fr!important}
 .card{break-inside:avoid}
 .text{font-size:11pt;line-height:2}
 tr,h2,h3{break-inside:avoid;break-after:auto}}
"""


@cache
def style() -> str:
    """Return the whole style sheet.

    >>> "prefers-color-scheme:dark" in style()
    True
    """
    dark = _scheme(1)
    # Only screens go dark: paper stays white.
    return f"{_scheme(0)}{_BASE}@media screen and (prefers-color-scheme:dark){{\n{dark}}}\n"


def _scheme(i: int) -> str:
    surface = ";".join(f"--{k}:{v}" for k, v in zip(_SURFACE_NAMES, SURFACES[i], strict=True))
    err = ("#9b1c1c", "#ffb1b1")[i]
    lines = [f":root{{color-scheme:{('light', 'dark')[i]};{surface};--err:{err}}}"]
    named = {f"s{n}": c for n, c in enumerate(SPEAKERS)}
    named |= {f"e-{k}": c for k, c in ENTITIES.items()}
    lines += [f".{k}{{--c:{c[2 * i]};--t:{c[2 * i + 1]}}}" for k, c in named.items()]
    return "\n".join(lines) + "\n"
