import type { PeerConnection } from 'node-datachannel';
import { expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { setErrorHandler } from '../../src/core/fail.js';
import { RemoteCandidates } from '../../src/extension/native/remote-candidates.js';

const candidate = (port: number, rest = ''): string => `candidate:1 1 udp 99 127.0.0.1 ${port} typ host${rest}`;

function connection(): { native: PeerConnection; added: string[] } {
  const added: string[] = [];
  const native = { addRemoteCandidate: (name: string) => added.push(name) } as unknown as PeerConnection;
  return { native, added };
}

it('candidates that each round tells of again, in each section, are known and cost nothing', () => {
  const { native, added } = connection();
  const candidates = new RemoteCandidates();
  for (let round = 0; round < 100; round += 1) {
    for (const media of ['0', '1', 'fwd1']) {
      for (const port of [1, 2])
        expect(candidates.add(native, media, candidate(port, ` generation ${round}`))).toBe(Err.OK);
    }
  }
  expect(added).toHaveLength(2);
});

it('no more than 64 that differ are taken, and one that begins anew is told of all again', () => {
  const errors: Err[] = [];
  setErrorHandler((_text, err) => errors.push(err));
  const [one, two] = [connection(), connection()];
  const candidates = new RemoteCandidates();
  for (let port = 1; port <= 66; port += 1) candidates.add(one.native, '0', candidate(port));
  expect([one.added.length, errors]).toEqual([64, [Err.ERR_OUT_OF_MEMORY, Err.ERR_OUT_OF_MEMORY]]);
  expect([candidates.add(two.native, '0', candidate(1)), two.added.length]).toEqual([Err.OK, 1]);
  setErrorHandler(null);
});
