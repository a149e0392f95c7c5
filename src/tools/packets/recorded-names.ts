import type { PacketNames, SyncNames } from './packet-names.js';
import type { NameLine } from './recording-format.js';

/** Names that one recording keeps. */
const MOST_NAMES = 16_384;
const MOST_TEXT = 4096;

/**
 * Names that were asked for while packets were recorded, kept for whoever reads the recording later. Without a source it
 * knows what was put in.
 * @example
 * ```ts run
 * import { RecordedNames } from 'scenewire/inspector';
 *
 * const names = new RecordedNames();
 * names.add({ path: [1, 3, 'Game/Players'] }); // as peer 1 announced it
 * console.log(names.pathOf(1, 3)); // → Game/Players
 * ```
 */
export class RecordedNames implements PacketNames {
  readonly #source: PacketNames | null;
  readonly #lines = new Map<string, NameLine>();

  constructor(source: PacketNames | null = null) {
    this.#source = source;
  }

  get lines(): Iterable<NameLine> {
    return this.#lines.values();
  }

  /** Takes a line of a file. False for what is none. */
  add(line: unknown): boolean {
    if (typeof line !== 'object' || line === null) return false;
    const { path, node, sync, method } = line as Partial<Record<'path' | 'node' | 'sync' | 'method', unknown>>;
    if (isEntry(path)) return this.#keep(`path ${path[0]} ${path[1]}`, { path });
    if (isEntry(node)) return this.#keep(`node ${node[0]} ${node[1]}`, { node });
    if (isSync(sync)) return this.#keep(`sync ${sync[0]} ${sync[1]}`, { sync });
    return isMethod(method) && this.#keep(`method ${method[0]} ${method[2]} ${method[1]}`, { method });
  }

  pathOf(speaker: number, id: number): string | null {
    const key = `path ${speaker} ${id}`;
    const known =
      this.#lines.get(key) ??
      this.#ask(key, this.#source?.pathOf(speaker, id), (path) => ({ path: [speaker, id, path] }));
    return known !== undefined && 'path' in known ? known.path[2] : null;
  }

  nodeOf(speaker: number, netId: number): string | null {
    const key = `node ${speaker} ${netId}`;
    const known =
      this.#lines.get(key) ??
      this.#ask(key, this.#source?.nodeOf(speaker, netId), (path) => ({ node: [speaker, netId, path] }));
    return known !== undefined && 'node' in known ? known.node[2] : null;
  }

  syncOf(speaker: number, id: number): SyncNames | null {
    const key = `sync ${speaker} ${id}`;
    const known =
      this.#lines.get(key) ??
      this.#ask(key, this.#source?.syncOf(speaker, id), ({ path, always, onChange }) => ({
        sync: [speaker, id, path, always, onChange],
      }));
    if (known === undefined || !('sync' in known)) return null;
    const [, , path, always, onChange] = known.sync;
    return { path, always, onChange };
  }

  methodOf(speaker: number, path: string, method: number): string | null {
    const key = `method ${speaker} ${method} ${path}`;
    const known =
      this.#lines.get(key) ??
      this.#ask(key, this.#source?.methodOf(speaker, path, method), (name) => ({
        method: [speaker, path, method, name],
      }));
    return known !== undefined && 'method' in known ? known.method[3] : null;
  }

  /** Numbers are never given twice, so what was found once holds. */
  #ask<T>(key: string, found: T | null | undefined, line: (found: T) => NameLine): NameLine | undefined {
    if (found === null || found === undefined) return undefined;
    const made = line(found);
    this.#keep(key, made);
    return made;
  }

  #keep(key: string, line: NameLine): boolean {
    this.#lines.set(key, line);
    if (this.#lines.size <= MOST_NAMES) return true;
    // The oldest goes: so have the packets that it was for.
    for (const oldest of this.#lines.keys()) {
      this.#lines.delete(oldest);
      break;
    }
    return true;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= MOST_TEXT;
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isNumber = (value: unknown): value is number => Number.isSafeInteger(value);

const isEntry = (entry: unknown): entry is [number, number, string] =>
  Array.isArray(entry) && isNumber(entry[0]) && isNumber(entry[1]) && isText(entry[2]);

const isSync = (entry: unknown): entry is [number, number, string, string[], string[]] =>
  isEntry(entry) && isTexts((entry as unknown[])[3]) && isTexts((entry as unknown[])[4]);

const isMethod = (entry: unknown): entry is [number, string, number, string] =>
  Array.isArray(entry) && isNumber(entry[0]) && isText(entry[1]) && isNumber(entry[2]) && isText(entry[3]);
