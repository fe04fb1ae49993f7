/** What a run looks like to a reader: on a terminal, as a page, as figures. */
export type { Figure } from './figures/figure.js';
export { renderFigures } from './figures/render-figures.js';
export { renderHtml } from './html/render-html.js';
export { duration } from './format.js';
export { renderMarkdown } from './markdown/render-markdown.js';
export { partFiles, partRows, type PartRows } from './part-files.js';
export { renderText } from './text/render-text.js';
export type { TextOptions } from './text/render-text.js';
export {
  auditDocument,
  auditDrawings,
  auditFiles,
  renderAudit,
  renderAuditText,
  type AuditReport,
  type Thumbnail,
} from './audit/render.js';
