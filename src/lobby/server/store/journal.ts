import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { messageOf } from '../../../core/fail.js';
import { StoreUnavailable } from './lobby-store.js';

/** A journal is written anew when it is this much larger than what it says. */
const MAX_WASTE = 4;
const MIN_BYTES = 1024 * 1024;

interface Waiting {
  readonly line: string;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Values by name in a file that survives the process, however that ends. Each change is one line behind the others; when
 * the lines are read again, the last one of a name counts. What `put` confirmed is with the system, though not yet on the
 * disk.
 */
export class Journal {
  readonly #path: string;
  /** The newest line of each name. */
  readonly #lines = new Map<string, string>();
  #waiting: Waiting[] = [];
  #file: FileHandle | null = null;
  #bytes = 0;
  #writing: Promise<void> | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads what the process before left. Rejects when the file can't be had. */
  async open(): Promise<ReadonlyMap<string, unknown>> {
    const values = new Map<string, unknown>();
    for (const line of (await readIfThere(this.#path)).split('\n')) {
      const entry = readLine(line);
      if (entry === null) continue;
      const [name, value] = entry;
      values.set(name, value);
      this.#lines.set(name, line);
      if (value === null) this.#forget(name, values);
    }
    await this.#writeAnew();
    return values;
  }

  /** Null removes it. Rejects with StoreUnavailable. */
  put(name: string, value: unknown): Promise<void> {
    const line = JSON.stringify([name, value]);
    if (value === null) this.#lines.delete(name);
    else this.#lines.set(name, line);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file?.close();
    this.#file = null;
  }

  #forget(name: string, values: Map<string, unknown>): void {
    values.delete(name);
    this.#lines.delete(name);
  }

  /** Everything that waits goes in one piece, and what comes meanwhile in the next. */
  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#append(batch.map(({ line }) => `${line}\n`).join(''));
        for (const { resolve } of batch) resolve();
      } catch (thrown) {
        const error = new StoreUnavailable(`The file of the rooms can't be written: ${messageOf(thrown)}`, thrown);
        for (const { reject } of batch) reject(error);
      }
    }
    // In the same turn in which nothing waited, so that whoever comes next begins anew.
    this.#writing = null;
  }

  async #append(text: string): Promise<void> {
    if (this.#file === null) throw new Error('it is closed');
    await this.#file.appendFile(text);
    this.#bytes += text.length;
    const needed = this.#neededBytes();
    if (this.#bytes > MIN_BYTES && this.#bytes > MAX_WASTE * needed) await this.#writeAnew();
  }

  #neededBytes(): number {
    let bytes = 0;
    for (const line of this.#lines.values()) bytes += line.length + 1;
    return bytes;
  }

  /** Beside the old one first, so that there is a whole one at every moment. */
  async #writeAnew(): Promise<void> {
    const fresh = `${this.#path}.new`;
    const text = [...this.#lines.values()].map((line) => `${line}\n`).join('');
    // Others have no business with it: it holds what passwords and tokens hash to.
    const file = await open(
      fresh,
      constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND,
      0o600,
    );
    await file.appendFile(text);
    await rename(fresh, this.#path);
    await this.#file?.close();
    this.#file = file;
    this.#bytes = text.length;
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw thrown;
  }
}

/** Null for a line that was not finished when the process ended, and for one of another program. */
function readLine(line: string): [name: string, value: unknown] | null {
  try {
    const entry: unknown = JSON.parse(line);
    return Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string' ? [entry[0], entry[1]] : null;
  } catch {
    return null;
  }
}
