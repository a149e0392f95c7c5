import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreUnavailable } from 'scenewire/lobby-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../../src/lobby/server/store/journal.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scenewire-journal-'));
  path = join(folder, 'journal');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function read(): Promise<object> {
  const journal = new Journal(path);
  const values = await journal.open();
  await journal.close();
  return Object.fromEntries(values);
}

describe('a journal', () => {
  it('gives what was put last, and nothing of what was removed', async () => {
    const journal = new Journal(path);
    expect(await journal.open()).toEqual(new Map());
    await Promise.all([journal.put('a', 1), journal.put('b', { text: 'line\nbreak' }), journal.put('a', [2])]);
    await journal.put('c', 3);
    await journal.put('c', null);
    // Not closed: as after a crash.
    expect(await read()).toEqual({ a: [2], b: { text: 'line\nbreak' } });
    await journal.close();
  });

  it('has it in the file when it is confirmed', async () => {
    const journal = new Journal(path);
    await journal.open();
    await journal.put('a', 1);
    expect(readFileSync(path, 'utf8')).toBe('["a",1]\n');
    await journal.close();
  });

  it('reads over lines that are none', async () => {
    appendFileSync(path, '["a",1]\n\nnonsense\n{"b":2}\n[1,2]\n["c",3,4]\n["d",5]\n["e",{"cut');
    expect(await read()).toEqual({ a: 1, d: 5 });
  });

  it('does not grow without end', async () => {
    const journal = new Journal(path);
    await journal.open();
    const value = 'x'.repeat(10_000);
    for (let i = 0; i < 1000; i += 1) await journal.put(`name ${i % 10}`, `${i} ${value}`);
    expect(statSync(path).size).toBeLessThan(1.2 * 1024 * 1024);
    expect(Object.keys(await read())).toHaveLength(10);
    expect(((await read()) as Record<string, string>)['name 9']).toMatch(/^999 /);
    await journal.close();
  });

  it('rejects what it can not write', async () => {
    const journal = new Journal(path);
    await journal.open();
    await journal.close();
    await expect(journal.put('a', 1)).rejects.toThrow(StoreUnavailable);
    await expect(new Journal(join(folder, 'no', 'folder')).open()).rejects.toThrow('ENOENT');
  });
});
