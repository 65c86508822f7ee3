import type { Entry } from './entries.ts';
import type { Promised } from './exhibit.ts';
import { escaped } from './plots.ts';
import type { Verdict } from './reliability.ts';
import { style } from './style.ts';

/** What the page says of one bench. */
export interface Section {
  entry: Entry;
  description: string;
  /** Lines of text. */
  summary: string;
  promises: readonly Promised[];
  /** SVG. */
  plots: readonly string[];
}

/** A page of HTML that loads nothing. */
export function toPage(sections: readonly Section[], verdicts: readonly Verdict[], now: Date): string {
  const promises = sections.flatMap((section) => section.promises);
  const kept = promises.filter((promise) => promise.kept).length;
  const failed = sections.filter(({ entry }) => entry.failure !== undefined);
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>Canopy: benches</title><style>${style}</style></head><body>`,
    '<header><h1>Canopy: benches</h1>',
    `<p>Written ${escaped(now.toISOString())}. ${kept} of ${promises.length} goals met${failed.length === 0 ? '' : `; without a result: ${failed.map(({ entry }) => entry.bench).join(', ')}`}.</p>`,
    machines(sections),
    `</header><nav><ul>${sections.map(link).join('')}</ul></nav><main>`,
    ...(verdicts.length === 0 ? [] : [reliability(verdicts)]),
    ...sections.map(article),
    '</main></body></html>\n',
  ].join('\n');
}

/** Machines are told at the top, with the benches that ran there where there are several. */
function machines(sections: readonly Section[]): string {
  const groups = Map.groupBy(sections, ({ entry: { machine: m } }) => {
    return `${m.cores} × ${m.cpu}, ${m.memoryGiB} GiB, ${m.kernel}, Node ${m.node}`;
  });
  const lines = [...groups].map(([machine, of]) => {
    const benches = groups.size === 1 ? '' : `: ${of.map(({ entry }) => entry.bench).join(', ')}`;
    return `<li>${escaped(machine + benches)}</li>`;
  });
  return `<ul>${lines.join('')}</ul>`;
}

function link({ entry, promises }: Section): string {
  const broken = promises.filter(({ kept }) => !kept).length;
  const mark = entry.failure === undefined ? (broken === 0 ? '' : ` <em>${broken} missed</em>`) : ' <em>failed</em>';
  return `<li><a href="#${escaped(entry.bench)}">${escaped(entry.bench)}</a>${mark}</li>`;
}

/** Each promise, and what was measured of it. */
function reliability(verdicts: readonly Verdict[]): string {
  const style = { met: 'kept', 'met in part': 'kept', missed: 'missed', 'not measured': '' };
  const rows = verdicts.map(({ loss, promise, measured, verdict }) => {
    const figures = measured.map((one) => `${one.what} ${one.measured}${one.kept ? '' : ` (${one.goal})`}`);
    return `<tr><th scope="row">${escaped(loss)}</th><td>${escaped(promise)}</td><td>${escaped(figures.join('; '))}</td><td class="${style[verdict]}">${verdict}</td></tr>`;
  });
  return `<article id="reliability"><h2>What is promised when something is lost</h2><p>What no bench measures is shown by tests.</p><table><thead><tr><th scope="col">Loss</th><th scope="col">Promised</th><th scope="col">Measured</th><td></td></tr></thead><tbody>${rows.join('')}</tbody></table></article>`;
}

function article({ entry, description, summary, promises, plots }: Section): string {
  const options = Object.entries(entry.options ?? {}).map(([option, value]) => `--${option} ${value}`);
  const about = [
    `commit ${entry.commit}`,
    entry.date,
    ...(entry.seconds === undefined ? [] : [`${entry.seconds} s`]),
    ...(options.length === 0 ? [] : [options.join(' ')]),
  ];
  return [
    `<article id="${escaped(entry.bench)}"><h2>${escaped(entry.bench)}</h2>`,
    `<p>${escaped(description)}</p><p class="about">${escaped(about.join(' · '))}</p>`,
    entry.failure === undefined ? '' : `<p class="missed">No result. ${escaped(entry.failure)}</p>`,
    promises.length === 0 ? '' : table(promises),
    ...plots,
    summary === '' ? '' : `<pre>${escaped(summary)}</pre>`,
    entry.failure === undefined ? details(entry.result) : '',
    '</article>',
  ].join('\n');
}

function table(promises: readonly Promised[]): string {
  const rows = promises.map(
    ({ what, goal, measured, kept }) =>
      `<tr><th scope="row">${escaped(what)}</th><td>${escaped(goal)}</td><td>${escaped(measured)}</td><td class="${kept ? 'kept' : 'missed'}">${kept ? 'met' : 'missed'}</td></tr>`,
  );
  return `<table><thead><tr><th scope="col">Goal</th><th scope="col">Promised</th><th scope="col">Measured</th><td></td></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function details(result: object): string {
  return `<details><summary>All figures</summary><pre>${escaped(JSON.stringify(result, null, 1))}</pre></details>`;
}
