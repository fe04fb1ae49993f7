/**
 * The report in a real browser: it renders without a word in the console and without the network, in light and dark, on a
 * narrow screen and on paper, and axe finds nothing that would stop a keyboard or a screen reader.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partNames } from '../../src/experiments/names.js';
import { ROOT, ensureBuilt } from '../support/built-package.js';
import { writeIdxFolder } from '../support/idx-files.js';
import { ntkit, temporaryFolder } from '../unit/cli/ntkit.js';

const { folder, remove } = temporaryFolder();
/** What the browser showed, for whoever wants to look. */
const SHOTS = join(ROOT, 'build/browser');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
let url: string;

/** Everything that a page said or asked for. */
interface Watched {
  readonly page: Page;
  readonly messages: string[];
  readonly requests: string[];
}

beforeAll(async () => {
  ensureBuilt();
  mkdirSync(SHOTS, { recursive: true });
  writeIdxFolder(join(folder, 'data'), { train: 120, test: 60, side: 6, classes: 4 });
  const sizes = ['--train', '40', '--test', '20', '--widths', '4,8', '--seeds', '0,1'];
  const { code, stderr } = await ntkit(
    [
      ...['reproduce', '--dataset', 'idx', '--data', 'data', '--only', partNames.join(',')],
      ...[...sizes, '--epochs', '2', '--out', 'run', '--progress', 'none'],
    ],
    { cwd: folder },
  );
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  url = pathToFileURL(join(folder, 'run/report.html')).href;
  browser = await puppeteer.launch({
    executablePath: chromium(),
    // Chromium's sandbox refuses to start for root, as which CI runs; the page is our own.
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
  });
});

afterAll(async () => {
  await browser.close();
  remove();
});

function chromium(): string {
  const path = process.env['CHROMIUM'];
  if (path === undefined)
    throw new Error('Run node scripts/check.mjs browser, which sets CHROMIUM');
  return path;
}

/** Opens the report as someone without network would. */
async function open(scheme: 'light' | 'dark', width = 1280): Promise<Watched> {
  const page = await browser.newPage();
  const messages: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => messages.push(message.text()));
  page.on('pageerror', (error) => messages.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  await page.setOfflineMode(true);
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(url, { waitUntil: 'load' });
  return { page, messages, requests };
}

describe.each(['light', 'dark'] as const)('the report in %s', (scheme) => {
  let watched: Watched;
  beforeAll(async () => {
    watched = await open(scheme);
  });
  afterAll(async () => watched.page.close());

  it('says nothing in the console and asks the network for nothing', async () => {
    await watched.page.screenshot({ path: join(SHOTS, `report-${scheme}.png`), fullPage: true });
    const outside = watched.requests.filter((request) => !/^(file|data|blob):/.test(request));
    expect({ messages: watched.messages, outside }).toEqual({ messages: [], outside: [] });
  });

  it('paints figures and thumbnails', async () => {
    const images = await watched.page.$$eval('img', (all) =>
      all.map((image) => ({ done: image.complete, width: image.naturalWidth })),
    );
    expect(images.length).toBeGreaterThan(0);
    expect(images.filter(({ done, width }) => !done || width === 0)).toEqual([]);
    const boxes = await watched.page.$$eval('svg', (all) =>
      all.map((svg) => svg.getBoundingClientRect()).map(({ width, height }) => [width, height]),
    );
    expect(boxes.length).toBeGreaterThan(8);
    expect(boxes.flat().every((size) => size > 0)).toBe(true);
  });

  it('is dark where that is asked for', async () => {
    const background = await watched.page.$eval('body', (body) => {
      const [red, green, blue] = (getComputedStyle(body).backgroundColor.match(/\d+/g) ?? []).map(
        Number,
      );
      return ((red ?? NaN) + (green ?? NaN) + (blue ?? NaN)) / 3;
    });
    if (scheme === 'dark') expect(background).toBeLessThan(80);
    else expect(background).toBeGreaterThan(200);
  });

  it('passes the rules of axe', async () => {
    await watched.page.evaluate(AXE);
    const violations = await watched.page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const { violations: found } = await axe.run();
      return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200) ?? ''}`);
    });
    expect(violations).toEqual([]);
  });
});

it('fits a narrow screen: what is wider scrolls in its own box', async () => {
  const { page } = await open('light', 390);
  await page.screenshot({ path: join(SHOTS, 'report-narrow.png') });
  const [width, wide] = await page.evaluate(() => {
    const outside = [...document.body.querySelectorAll('*')].filter(
      (element) =>
        element.parentElement?.closest('.scroll') === null &&
        element.getBoundingClientRect().right > 390,
    );
    const texts = outside.map(({ outerHTML }) => outerHTML.slice(0, 200));
    return [document.documentElement.scrollWidth, texts] as const;
  });
  await page.close();
  expect(wide).toEqual([]);
  expect(width).toBeLessThanOrEqual(390);
});

it('shows the verdicts on a desktop without scrolling sideways', async () => {
  const { page } = await open('light');
  const widths = await page.$$eval('#summary .scroll', (all) =>
    all.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
  );
  await page.close();
  expect(widths.length).toBeGreaterThan(1);
  expect(widths.filter((excess) => excess > 0)).toEqual([]);
});

it('reaches every link and table by the keyboard, with a visible focus', async () => {
  const { page } = await open('light');
  const wanted = await page.$$eval('a[href], summary, [tabindex="0"]', (all) => all.length);
  const seen = new Set<string>();
  const unmarked: string[] = [];
  for (let presses = 0; presses < wanted; presses++) {
    await page.keyboard.press('Tab');
    const [path, marked] = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return ['', true] as const;
      const index = [...document.querySelectorAll('*')].indexOf(element);
      const { outlineStyle, boxShadow } = getComputedStyle(element);
      const visible = outlineStyle !== 'none' || boxShadow !== 'none';
      return [`${element.tagName} ${index}`, visible] as const;
    });
    if (path !== '') seen.add(path);
    if (!marked) unmarked.push(path);
  }
  await page.close();
  expect(unmarked).toEqual([]);
  // Links inside of closed details are not reached until those are opened.
  expect(seen.size).toBeGreaterThan(wanted / 2);
});

it('prints on paper', async () => {
  const { page } = await open('light');
  const pdf = await page.pdf({ format: 'A4' });
  await page.close();
  writeFileSync(join(SHOTS, 'report.pdf'), pdf);
  const pages =
    Buffer.from(pdf)
      .toString('latin1')
      .match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  expect(pages).toBeGreaterThan(3);
});

it('notices a page that complains', async () => {
  const path = join(folder, 'broken.html');
  writeFileSync(path, '<!doctype html><title>x</title><script>nothing()</script>');
  const page = await browser.newPage();
  const messages: string[] = [];
  page.on('pageerror', (error) => messages.push(String(error)));
  await page.goto(pathToFileURL(path).href, { waitUntil: 'load' });
  await page.close();
  expect(messages.join()).toContain('nothing is not defined');
});
