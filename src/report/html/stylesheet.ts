/** The page's stylesheet: text in the reader's serif, data in the system's sans-serif, two colour schemes. */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --page: #fcfcfb;
  --ink: #1b1e22;
  --quiet: #586069;
  --rule: #d5d9dd;
  --link: #1f5f9c;
  --good: #17704a;
  --bad: #a8371f;
  --unsure: #7a590c;
  --serif: Charter, 'Iowan Old Style', 'Palatino Linotype', Palatino, Georgia, serif;
  --sans: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14171a;
    --ink: #e3e6e8;
    --quiet: #9da6af;
    --rule: #343b42;
    --link: #84b9ea;
    --good: #63c99b;
    --bad: #f0917b;
    --unsure: #dcb655;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body {
  margin: 0 auto;
  padding: 2.5rem clamp(1rem, 4vw, 2.5rem) 4rem;
  max-width: 70rem;
  background: var(--page);
  color: var(--ink);
  font: 1.0625rem/1.6 var(--serif);
}
h1, h2, h3, h4, h5, h6 { line-height: 1.25; text-wrap: balance; }
h1 { margin: 0.2rem 0 1.2rem; font-size: clamp(1.6rem, 5vw, 2.3rem); font-weight: 600; }
h2 { margin: 3.5rem 0 1rem; padding-top: 0.8rem; border-top: 1px solid var(--rule); font-size: 1.5rem; font-weight: 600; }
h3 { margin: 2rem 0 0.5rem; font-size: 1.2rem; }
h4, h5 { margin: 1.4rem 0 0.4rem; font: 600 1rem/1.3 var(--sans); }
h6 { margin: 0 0 0.4rem; font: 600 0.85rem/1.3 var(--sans); color: var(--quiet); }
p { margin: 0.6rem 0; max-width: 44rem; overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 3px; }
code { font: 0.85em ui-monospace, Menlo, Consolas, monospace; }
sub, sup { line-height: 0; font-size: 0.75em; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 0.5rem; padding: 0.3rem 0.8rem; background: var(--page); }
.kicker { margin: 0; font: 600 0.85rem/1.4 var(--sans); color: var(--quiet); }
.facts { display: flex; flex-wrap: wrap; gap: 0.6rem 2.5rem; margin: 0; font: 0.9rem/1.4 var(--sans); }
.facts dt { color: var(--quiet); font-size: 0.8rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.banner {
  max-width: none;
  margin: 1.5rem 0 0;
  padding: 0.8rem 1rem;
  border: 1px solid var(--unsure);
  border-left-width: 0.35rem;
  font: 0.95rem/1.5 var(--sans);
}
nav { margin-top: 1.6rem; font: 0.9rem/1.4 var(--sans); }
nav ul { display: flex; flex-wrap: wrap; gap: 0.4rem 1.4rem; margin: 0; padding: 0; list-style: none; }
section { scroll-margin-top: 1rem; }
.scroll { overflow-x: auto; }
figure { margin: 1.5rem 0 2.5rem; }
.drawing svg { display: block; height: auto; min-width: 34rem; max-width: 100%; margin: 0 auto; }
figcaption { margin-top: 0.8rem; max-width: 48rem; font: 0.9rem/1.55 var(--sans); color: var(--quiet); }
figcaption strong { color: var(--ink); }
.downloads { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; }
.table { margin: 1.8rem 0 2.2rem; }
table { border-collapse: collapse; width: 100%; font: 0.9rem/1.45 var(--sans); font-variant-numeric: tabular-nums; }
caption { padding: 0 0 0.5rem; max-width: calc(100vw - 2rem); text-align: left; font-weight: 600; }
thead { border-top: 2px solid var(--ink); border-bottom: 1px solid var(--ink); }
tbody:last-child { border-bottom: 2px solid var(--ink); }
th, td { padding: 0.32rem 0.9rem 0.32rem 0; text-align: left; vertical-align: baseline; }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-weight: 600; }
tbody th { font-weight: normal; white-space: nowrap; }
tbody th[scope='rowgroup'] { padding-top: 0.8rem; font-weight: 600; }
tr.group ~ tr > th[scope='row'] { padding-left: 1rem; }
tbody tr + tr:not(.group ~ tr) > * { border-top: 1px solid var(--rule); }
.detail { color: var(--quiet); font-weight: normal; white-space: nowrap; }
h5 .detail { white-space: normal; }
.missing { color: var(--unsure); font-family: var(--sans); font-size: 0.9rem; }
.notes { margin: 0.7rem 0 0; padding-left: 1.1rem; max-width: 48rem; font: 0.82rem/1.55 var(--sans); color: var(--quiet); }
[class*='table-claims-'] tbody th { min-width: 14rem; white-space: normal; }
[class*='table-claims-'] td { min-width: 6.5rem; }
.verdict { font: 600 0.82rem/1.4 var(--sans); white-space: nowrap; }
td .verdict { display: block; }
.reproduced { color: var(--good); }
.not-reproduced { color: var(--bad); }
.undecided, .verdict.missing { color: var(--unsure); }
.verdict::before { content: '?\\a0' / ''; }
.verdict.reproduced::before { content: '\\2713\\a0' / ''; }
.verdict.not-reproduced::before { content: '\\2715\\a0' / ''; }
.scores { margin: 1rem 0; padding: 0; list-style: none; font: 0.95rem/1.7 var(--sans); }
.scores strong { display: inline-block; min-width: 6.5rem; }
.scores .verdict { margin-right: 1rem; font-size: 0.92rem; }
.strips { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 1rem 2.5rem; }
.strip { display: grid; grid-template-columns: repeat(auto-fill, minmax(3.5rem, 1fr)); gap: 0.9rem 0.3rem; margin: 0; padding: 0; list-style: none; }
.strip li { display: flex; flex-direction: column; font: 600 0.82rem/1.4 var(--sans); overflow-wrap: anywhere; }
.strip .detail { font-size: 0.7rem; font-variant-numeric: tabular-nums; }
.strip img { width: 3.2rem; height: auto; margin-bottom: 0.25rem; border: 1px solid var(--rule); image-rendering: pixelated; }
.columns { margin-top: 1.8rem; columns: 2 22rem; column-gap: 3rem; }
.columns .table { break-inside: avoid; }
.columns .table:first-child { margin-top: 0; }
.columns td, .table-hashes td { overflow-wrap: anywhere; }
footer { margin-top: 4rem; border-top: 1px solid var(--rule); font: 0.82rem/1.5 var(--sans); color: var(--quiet); }
@media (max-width: 40rem) {
  table { font-size: 0.82rem; }
  td .detail { display: block; }
  [class*='table-claims-'] tbody th { min-width: 8.5rem; }
  [class*='table-claims-'] td { min-width: 4.5rem; }
  td .verdict { max-width: 7rem; white-space: normal; }
  tr.group ~ tr > th[scope='row'] { padding-left: 0.5rem; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  @page { margin: 1.8cm; }
  html { font-size: 62.5%; }
  body { padding: 0; max-width: none; background: none; }
  nav, .skip, .downloads { display: none; }
  .scroll { overflow: visible; }
  .drawing svg { min-width: 0; }
  h2, h3, h4, h5, h6, caption, thead, tr.group { break-after: avoid; }
  figure, tr, .strip li { break-inside: avoid; }
}
`;
