/** Of the report: light and dark as the reader has it. */
export const style = `
:root { color-scheme: light dark; --quiet: #6b7280; --line: #d1d5db; --one: #0f766e; --two: #b45309; --three: #4338ca; --bad: #b91c1c; }
@media (prefers-color-scheme: dark) { :root { --quiet: #9ca3af; --line: #374151; --one: #2dd4bf; --two: #fbbf24; --three: #a5b4fc; --bad: #f87171; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
nav ul { columns: 14rem; padding-left: 1.2rem; }
nav em, .missed { color: var(--bad); font-style: normal; }
.kept { color: var(--one); }
.about { color: var(--quiet); font-size: 0.85rem; overflow-wrap: anywhere; }
article { border-top: 1px solid var(--line); margin-top: 2rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { text-align: left; font-weight: normal; padding: 0.2rem 1.2rem 0.2rem 0; border-bottom: 1px solid var(--line); }
pre { overflow-x: auto; font-size: 0.85rem; white-space: pre-wrap; }
figure { margin: 1rem 0; }
figcaption { font-weight: 600; }
svg { width: 100%; max-width: 45rem; font: 12px system-ui, sans-serif; fill: currentColor; }
svg .bar, svg .line0 circle { fill: var(--one); }
svg .much { fill: var(--one); fill-opacity: 0.45; }
svg .most { fill: var(--one); fill-opacity: 0.2; }
svg .whisker { stroke: currentColor; stroke-width: 2; fill: none; }
svg .grid { stroke: var(--line); fill: none; }
svg [class^='line'] path { fill: none; stroke-width: 2; }
svg .line0 path { stroke: var(--one); } svg .line0 text { fill: var(--one); }
svg .line1 path { stroke: var(--two); } svg .line1 { fill: var(--two); }
svg .line2 path { stroke: var(--three); } svg .line2 { fill: var(--three); }
svg .line3 path { stroke: var(--bad); } svg .line3 { fill: var(--bad); }
`;
