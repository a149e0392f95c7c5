import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeLock } from '../../scripts/lib/build-lock.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scenewire-lock-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a lock', () => {
  it('is taken when nobody has it', async () => {
    const file = join(folder, 'deep/free');
    await takeLock(file);
    expect(readFileSync(file, 'utf8')).toBe(String(process.pid));
  });

  it('is taken from a process that has ended without giving it back, and from no other', async () => {
    const other = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const file = join(folder, 'taken');
    writeFileSync(file, String(other.pid));
    let isOurs = false;
    const taking = takeLock(file).then(() => {
      isOurs = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOurs).toBe(false);
    const ended = new Promise((resolve) => other.once('exit', resolve));
    other.stdin.end();
    await ended;
    await taking;
    expect(readFileSync(file, 'utf8')).toBe(String(process.pid));
  }, 60_000);
});
