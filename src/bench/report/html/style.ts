/** The style sheet of the page: light, or dark where the reader's system is. */
export const STYLE = `
:root { color-scheme: light dark; --back: #fff; --text: #1c2128; --faint: #d6dae0; --axis: #6b7380;
  --c0: #0b63c5; --c1: #c2410c; --c2: #15803d; --c3: #7e22ce; --c4: #a16207; --c5: #0e7490; --c6: #be123c; --c7: #4b5563; }
@media (prefers-color-scheme: dark) {
  :root { --back: #14171c; --text: #e4e7eb; --faint: #333a44; --axis: #99a2ae;
    --c0: #6cb0ff; --c1: #ff9b63; --c2: #62d08a; --c3: #c79bff; --c4: #e2bd4f; --c5: #5cc8de; --c6: #ff8099; --c7: #aab2bd; }
}
body { margin: 2rem auto; max-width: 104rem; padding: 0 1rem; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.6rem; text-align: right; border-bottom: 1px solid var(--faint); white-space: nowrap; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 1rem; }
figure { margin: 0; }
figcaption { font-weight: 600; }
svg { width: 100%; height: auto; }
svg text { fill: var(--text); font-size: 12px; }
.grid { stroke: var(--faint); }
.axis { stroke: var(--axis); fill: none; }
.series { fill: none; stroke: var(--c); stroke-width: 2; }
.dashed { stroke-dasharray: 6 4; }
circle { fill: var(--c); }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; margin: 0; padding: 0; list-style: none; font-size: 13px; }
.legend i { display: inline-block; width: 1.4em; margin-right: 0.4em; vertical-align: middle; border-top: 3px solid var(--c); }
.legend .dashed i { border-top-style: dashed; }
.legend .dots i { width: 0.6em; height: 0.6em; border: 0; border-radius: 50%; background: var(--c); }
@media print { body { max-width: none; font-size: 8px; } .scroll { overflow: visible; } th, td { padding: 0.1rem 0.3rem; } }
${Array.from({ length: 8 }, (_, index) => `.c${index} { --c: var(--c${index}); }`).join('\n')}
`;
