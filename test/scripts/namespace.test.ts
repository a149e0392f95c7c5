import { expect, it } from 'vitest';
import { staleRun } from '../../scripts/lib/namespace.js';

it('takes a namespace for stale only when it is ours and its run has ended', () => {
  const alive = (pid: number): boolean => pid === 7;
  expect(staleRun('scenewire-8', alive)).toBe(true);
  expect(staleRun('scenewire-7', alive)).toBe(false);
  expect(staleRun('scenewire-lab', alive)).toBe(false);
  expect(staleRun('other-8', alive)).toBe(false);
  expect(staleRun('', alive)).toBe(false);
});
