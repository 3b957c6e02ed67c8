import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { printHtml } from '../../../src/bench/report/html.js';
import { LOAD, loadRound, measurementOf, phaseOf, SCALING, STAGE, scalingRound } from '../measurement.js';

const folder = mkdtempSync(join(tmpdir(), 'ts-html-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const browser = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
);
const BROWSER_LIMIT_MS = 60_000;

const slice = { fromSec: 0, seconds: 2, answered: 10, failed: 0, p50Ms: 4, p99Ms: 8 };
const phase = (seconds: number) => phaseOf(seconds, { timeline: [slice] });
const scaling = measurementOf(
  SCALING,
  [4, 2, 1.5].map((seconds, index) => scalingRound(2 ** index, phase(4), phase(seconds))),
);

describe('the page of a measurement', () => {
  it('needs nothing from anywhere else, and runs nothing', () => {
    const text = printHtml(scaling);
    expect(text).not.toMatch(/<(script|link|img|iframe|object|embed)\b|@import|url\(|\ssrc=/i);
    expect(text.match(/https?:\/\/[^"< ]*/g) ?? []).toEqual([]);
    expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(text).toContain('@media (prefers-color-scheme: dark)');
  });

  it('holds the table and the plots there are data for', () => {
    const text = printHtml(scaling);
    expect(text).toContain('<th>speed-up</th>');
    const titles = [...text.matchAll(/<figcaption>(.*?)</g)].map(([, title]) => title);
    expect(titles).toEqual(['Throughput over workers', 'Latencies', 'Throughput over time', 'p99 over time']);
    const stages = [100, 200].map((ratePerSecond) => ({ ...STAGE, ratePerSecond }));
    const rounds = [0, 1].map((stage) => ({ ...loadRound(undefined, phase(2)), stage }));
    const load = printHtml(measurementOf({ ...LOAD, stages }, rounds));
    expect(load).not.toContain('Throughput over workers');
    expect(load).toContain('</i>200/s</li>');
  });

  it('has no plot of failed requests', () => {
    const bad = phaseOf(1, { failed: 1, fault: 'x' });
    expect(printHtml(measurementOf(SCALING, [scalingRound(1, phase(1), bad)]))).not.toContain('<svg');
  });

  it('says so when it was stopped early', () => {
    const stopped = { ...scaling, run: { ...scaling.run, interrupted: true } };
    expect(printHtml(stopped)).toContain('Stopped early');
  });

  it.skipIf(browser === undefined)(
    `is laid out by a browser, with every plot drawn${browser ? '' : ' (skipped: no Chromium on PATH)'}`,
    () => {
      // The page itself runs no scripts, so a frame around it measures what the browser made of it.
      const page = printHtml(scaling)
        .replace(/<meta http-equiv[^>]*>/, '')
        .replace('</body>', `${PROBE}</body>`);
      const path = join(folder, 'page.html');
      writeFileSync(path, page);
      const flags = [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        `--user-data-dir=${join(folder, 'profile')}`,
      ];
      const args = [...flags, '--virtual-time-budget=2000', '--dump-dom', pathToFileURL(path).href];
      const dom = execFileSync(browser ?? '', args, {
        timeout: BROWSER_LIMIT_MS,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const [, json = ''] = /<pre id="probe">(.*?)<\/pre>/.exec(dom.toString()) ?? [];
      const probe = JSON.parse(json);
      expect(probe).toMatchObject({ requests: 0, rows: 3, errors: 0 });
      expect(probe.plots).toHaveLength(4);
      for (const { width, height, marks } of probe.plots) {
        expect(width).toBeGreaterThan(200);
        expect(height).toBeGreaterThan(90);
        expect(marks).toBeGreaterThan(0);
      }
    },
    BROWSER_LIMIT_MS + 5000,
  );
});

/** Writes down how large each plot became, how many of its marks can be seen, and what the page asked the network for. */
const PROBE = `<script>
let errors = 0;
addEventListener('error', () => errors++, true);
addEventListener('load', () => {
  const plots = [...document.querySelectorAll('svg')].map((svg) => {
    const { width, height } = svg.getBoundingClientRect();
    const marks = [...svg.querySelectorAll('.series, circle')].filter((mark) => mark.getBBox().width > 0
      && getComputedStyle(mark).getPropertyValue('--c') !== '').length;
    return { width, height, marks };
  });
  const requests = performance.getEntriesByType('resource').length;
  const rows = document.querySelectorAll('tbody tr').length;
  const pre = document.createElement('pre');
  pre.id = 'probe';
  pre.textContent = JSON.stringify({ plots, requests, rows, errors });
  document.body.append(pre);
});
</script>`;
