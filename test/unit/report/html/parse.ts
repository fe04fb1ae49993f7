/** A strict reader of the report's HTML: unbalanced tags, unquoted attributes and unknown entities throw. */

/** An element with its attributes decoded. */
export interface Element {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (Element | string)[];
}

const VOID = new Set(['meta', 'img', 'link', 'br', 'hr', 'input']);
const RAW = new Set(['style', 'script']);
const ENTITIES = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['#39', "'"],
]);
const TAG = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y;

/** Parses a document or fragment below a root element named `#root`. */
export function parseHtml(source: string): Element {
  const root: Element = { tag: '#root', attributes: new Map(), children: [] };
  const open = [root];
  let position = source.startsWith('<!doctype html>') ? '<!doctype html>'.length : 0;
  while (position < source.length) {
    const parent = open.at(-1) ?? root;
    if (source[position] !== '<') {
      const end = RAW.has(parent.tag)
        ? source.indexOf(`</${parent.tag}>`, position)
        : source.indexOf('<', position);
      const text = source.slice(position, end === -1 ? undefined : end);
      parent.children.push(RAW.has(parent.tag) ? text : decode(text));
      position += text.length;
      continue;
    }
    TAG.lastIndex = position;
    const match = TAG.exec(source);
    if (match === null) throw new Error(`No tag at ${source.slice(position, position + 60)}`);
    const [whole, slash, tag = '', attributes = '', selfClosing] = match;
    position += whole.length;
    if (slash === '/') {
      if (open.pop()?.tag !== tag) throw new Error(`</${tag}> closes <${parent.tag}>`);
    } else {
      const element: Element = { tag, attributes: parseAttributes(attributes), children: [] };
      parent.children.push(element);
      if (selfClosing === '' && !VOID.has(tag)) open.push(element);
    }
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)?.tag ?? ''}> is never closed`);
  return root;
}

/** All elements below `root` with the given tag, in document order. */
export function findAll(root: Element, tag: string): Element[] {
  return root.children.flatMap((child) =>
    typeof child === 'string'
      ? []
      : [...(child.tag === tag ? [child] : []), ...findAll(child, tag)],
  );
}

/** The first element below `root` with the given tag. */
export function findFirst(root: Element, tag: string): Element {
  const [first] = findAll(root, tag);
  if (first === undefined) throw new Error(`No <${tag}>`);
  return first;
}

/** Every element below `root`. */
export function allElements(root: Element): Element[] {
  return root.children.flatMap((child) =>
    typeof child === 'string' ? [] : [child, ...allElements(child)],
  );
}

/** The element's text with runs of white space as one space. */
export function textOf(element: Element): string {
  const raw = (node: Element | string): string =>
    typeof node === 'string' ? node : node.children.map(raw).join('');
  return raw(element).replaceAll(/\s+/g, ' ').trim();
}

function parseAttributes(source: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', value = ''] of source.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (attributes.has(name)) throw new Error(`Attribute ${name} stands twice`);
    attributes.set(name, decode(value));
  }
  return attributes;
}

function decode(text: string): string {
  return text.replaceAll(/&([^;\s]*);?/g, (whole, name: string) => {
    const character = ENTITIES.get(name);
    if (character === undefined || !whole.endsWith(';'))
      throw new Error(`Bare or unknown ${whole}`);
    return character;
  });
}
