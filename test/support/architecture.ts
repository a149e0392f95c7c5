/**
 * Checks the shape of src: who imports whom, where Node and the DOM may be used, and a few habits of style. It reads
 * text, not types, so its cases are ones that plain patterns decide well.
 */
import { posix } from 'node:path';
import { importCycles } from './import-cycles.js';
import { domObjects, domTypes, nodeObjects, type Room, rooms } from './rooms.js';
import { importsOf, onlyReExports, readSource, type SourceText } from './source-text.js';

/** Paths inside src, with forward slashes, and what the files hold. */
export type SourceFiles = ReadonlyMap<string, string>;

const MAX_LINES = 400;
/** What package.json chooses by platform, and the entries it chooses from. */
const choices: Readonly<Record<string, readonly string[]>> = {
  '#default-extension': ['default-extension.node.ts', 'default-extension.browser.ts'],
  '#variant-codec': ['variant-codec.node.ts', 'variant-codec.browser.ts'],
  '#websocket': ['websocket.node.ts', 'websocket.browser.ts'],
  '#identity-store': ['identity-store.node.ts', 'identity-store.browser.ts'],
};

/** Every breach, as `file: what is wrong`; none is what we want. */
export function findBreaches(files: SourceFiles): string[] {
  const graph = new Map<string, string[]>();
  const breaches: string[] = [];
  for (const [file, text] of files) {
    const source = readSource(text);
    const imports = importsOf(source);
    graph.set(
      file,
      imports.flatMap((name) => targetsOf(file, name)),
    );
    const found = [...checkPlace(file, source, imports), ...checkStyle(text, source)];
    breaches.push(...found.map((breach) => `${file}: ${breach}`));
  }
  return [...breaches, ...importCycles(graph).map((cycle) => `cycle: ${cycle.join(' -> ')}`)];
}

const roomOf = (file: string): Room | undefined => rooms.find((room) => room.files.test(file));
const isEntry = (file: string): boolean => !file.includes('/');
const isRelative = (name: string): boolean => name.startsWith('.');

/** The files of src that an import leads to. A choice leads to each of its entries. */
function targetsOf(file: string, name: string): readonly string[] {
  return choices[name] ?? (isRelative(name) ? [resolve(file, name)] : []);
}

const resolve = (file: string, name: string): string => posix.join(posix.dirname(file), name).replace(/\.js$/, '.ts');

function checkPlace(file: string, source: SourceText, imports: readonly string[]): string[] {
  if (isEntry(file)) return checkEntry(file, source, imports);
  const room = roomOf(file);
  if (room === undefined) return ['is in no room: add its folder to the table'];
  const ofImports = imports.flatMap((name) => checkImport(file, room, name) ?? []);
  return [...ofImports, ...checkGlobals(room, source)];
}

function checkEntry(file: string, source: SourceText, imports: readonly string[]): string[] {
  const outside = imports.filter((name) => !isRelative(name) || resolve(file, name).startsWith('..'));
  const breaches = outside.map((name) => `an entry re-exports from rooms only, not from ${name}`);
  return onlyReExports(source) ? breaches : [...breaches, 'an entry holds re-exports only'];
}

function checkImport(file: string, room: Room, name: string): string | undefined {
  if (name in choices) return room.choices?.includes(name) ? undefined : `${room.name} may not import ${name}`;
  if (!isRelative(name)) return checkPackage(room, name);
  const target = resolve(file, name);
  if (target.startsWith('..')) return `imports ${name}, which is outside of src`;
  if (!name.endsWith('.js')) return `imports ${name}: a path ends with .js`;
  if (isEntry(target)) return `imports the entry ${target}`;
  const other = roomOf(target);
  if (other === undefined || other === room || room.imports.includes(other.name)) return undefined;
  return `${room.name} may not import ${other.name} (${name})`;
}

function checkPackage(room: Room, name: string): string | undefined {
  if (name.startsWith('node:')) return room.node ? undefined : `${room.name} may not import Node's ${name}`;
  return room.packages?.includes(name) ? undefined : `${room.name} may not import the package ${name}`;
}

function checkGlobals(room: Room, source: SourceText): string[] {
  const found: string[] = [];
  if (!room.dom) {
    const type = domTypes.exec(source.bare)?.[0];
    found.push(...[type, ...usedObjects(source, domObjects)].filter((name) => name !== undefined));
  }
  if (!room.node) found.push(...usedObjects(source, nodeObjects));
  return found.map((name) => `${room.name} may not use the global ${name}`);
}

/** Which of these globals a file reads from, unless it has a variable of that name. */
function usedObjects(source: SourceText, names: readonly string[]): string[] {
  return names.filter((name) => {
    const used = new RegExp(`(?:(?<![.#\\w$])|\\bglobalThis\\.)${name}\\s*(?:\\?\\.|\\.|\\[)|\\btypeof ${name}\\b`);
    const declared = new RegExp(`\\b(?:const|let|var)\\s+${name}\\b|(?<![.#\\w$])${name}\\??\\s*:`);
    return used.test(source.bare) && !declared.test(source.bare);
  });
}

/** Patterns that have no place in src, tried on code without comments and strings. */
const unwanted: readonly (readonly [RegExp, string])[] = [
  [/(?<![.#\w$])any(?![\w$])(?!\s*[(:=?])/, 'the type any'],
  [/(?<![.#\w$])enum\s+[\w$]+\s*\{/, 'an enum: use an `as const` object'],
  [/(?<![.#\w$])(?:namespace|module)\s+[\w$.]+\s*\{/, 'a namespace'],
];

function checkStyle(text: string, source: SourceText): string[] {
  const lines = text.trimEnd().split('\n').length;
  const tooLong = lines > MAX_LINES ? [`has ${lines} lines, more than ${MAX_LINES}`] : [];
  return [...tooLong, ...unwanted.filter(([form]) => form.test(source.bare)).map(([, what]) => `holds ${what}`)];
}
