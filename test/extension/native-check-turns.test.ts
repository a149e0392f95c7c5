import { createHmac } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckTurns } from '../../src/extension/native/check-turns.js';

const PASSWORD = 'thePasswordOfTheLibrary';

/** In place of the library's socket: keeps the checks, and answers them when it is told to. */
let library: Socket;
let checks: Buffer[];
let answers: boolean;
let turns: CheckTurns | null;

beforeEach(async () => {
  checks = [];
  answers = true;
  turns = null;
  library = createSocket('udp4').bind(0, '127.0.0.1');
  library.on('message', (check, { port, address }) => {
    checks.push(check);
    if (answers) library.send('an answer', port, address);
  });
  await once(library, 'listening');
});
afterEach(() => {
  turns?.close();
  library.close();
});

function begin(candidate = `127.0.0.1 ${library.address().port} typ host`): CheckTurns {
  const local = `a=ice-ufrag:ours\r\na=ice-pwd:${PASSWORD}\r\na=candidate:1 1 UDP 2122317823 ${candidate}\r\n`;
  turns = new CheckTurns(local, 'a=ice-ufrag:theirs\r\n');
  return turns;
}

describe('D8 turns of checks', () => {
  it('are taken by a check that the library believes to be of the other side', async () => {
    begin();
    await once(library, 'message');
    const check = checks[0] as Buffer;
    expect(check.readUInt16BE(0)).toBe(1);
    expect(check.readUInt16BE(2)).toBe(check.length - 20);
    expect(check.subarray(20, 36)).toEqual(Buffer.from('\x00\x06\x00\x0bours:theirs\x00', 'latin1'));
    const digest = createHmac('sha1', PASSWORD).update(check.subarray(0, -24)).digest();
    expect(check.subarray(-24)).toEqual(Buffer.concat([Buffer.from([0, 8, 0, 20]), digest]));
  });

  it('are made free before each that is run, in their order', async () => {
    const begun = begin();
    await once(library, 'message');
    const ran: number[][] = [];
    begun.run(() => ran.push([1, checks.length]));
    await new Promise<void>((resolve) => begun.run(() => resolve(void ran.push([2, checks.length]))));
    expect(ran).toEqual([
      [1, 2],
      [2, 3],
    ]);
  });

  it('are not waited for when the library does not answer, or when they are closed', async () => {
    answers = false;
    const begun = begin();
    const ran: number[] = [];
    await new Promise<void>((resolve) => begun.run(() => resolve(void ran.push(1))));
    begun.run(() => ran.push(2));
    begun.close();
    await new Promise<void>((resolve) => setImmediate(resolve));
    begun.run(() => ran.push(3));
    expect(ran).toEqual([1, 2, 3]);
  });

  it.each(['5f3a.local 5000 typ host', '192.0.2.1 5000 typ host', '198.51.100.1 5000 typ srflx'])(
    'are given up where there are none to be had: %s',
    async (candidate) => {
      const begun = begin(candidate);
      await new Promise<void>((resolve) => begun.run(resolve));
    },
  );
});
