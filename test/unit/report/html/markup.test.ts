import { describe, expect, it } from 'vitest';
import { escapeHtml, html } from '../../../../src/report/html/markup.js';
import { findAll, parseHtml, textOf } from './parse.js';

const NASTY = `<script>alert("1 & 'two'")</script>`;

describe('escapeHtml', () => {
  it('survives a round trip as text and as an attribute', () => {
    const root = parseHtml(`<p title="${escapeHtml(NASTY)}">${escapeHtml(NASTY)}</p>`);
    const [paragraph] = findAll(root, 'p');
    expect(paragraph && textOf(paragraph)).toBe(NASTY);
    expect(paragraph?.attributes.get('title')).toBe(NASTY);
    expect(findAll(root, 'script')).toEqual([]);
  });
});

describe('html', () => {
  it('escapes text and numbers but keeps markup', () => {
    const inner = html`<b>${NASTY}</b>`;
    expect(html`<p>${inner}${1.5}${[inner, inner]}</p>`.source).toBe(
      `<p>${inner.source}1.5${inner.source}${inner.source}</p>`,
    );
    expect(inner.source).toBe(`<b>${escapeHtml(NASTY)}</b>`);
  });
});
