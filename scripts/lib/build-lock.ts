import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { onShutdown } from './shutdown.js';

const LOOK_MS = 500;

/** Waits until no other process works on what the file stands for, and keeps others out until this one ends. */
export async function takeLock(file: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  while (!tryTake(file)) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  onShutdown(() => rmSync(file, { force: true }));
}

function tryTake(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    // It is there. One that was left by a process that was killed is nobody's.
    if (!isRunning(ownerOf(file))) rmSync(file, { force: true });
    return false;
  }
}

function ownerOf(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

function isRunning(pid: number): boolean {
  if (pid === 0) return true; // gone, or not written yet: look again
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
