import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  HeldCandidates,
  LATE_CANDIDATES,
  PostponedCandidates,
  TOLD_CANDIDATES,
} from '../../src/extension/native/candidate-timing.js';

// Turns of the event loop go on by themselves.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] }));
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('D8 held candidates', () => {
  const hold = (): { held: HeldCandidates; told: number[]; notes: string[] } => {
    const held = new HeldCandidates();
    const told: number[] = [];
    const notes: string[] = [];
    for (const number of [1, 2]) {
      held.report((note) => {
        told.push(number);
        notes.push(note);
      });
    }
    return { held, told, notes };
  };

  it('are told in their order when ICE connects, and later ones at once', () => {
    const { held, told } = hold();
    let connected = false;
    held.onOffered();
    held.onAnswered(() => (connected ? 'connected' : null), []);
    vi.advanceTimersByTime(100);
    expect(told).toEqual([]);
    connected = true;
    vi.advanceTimersByTime(1);
    held.report(() => void told.push(3));
    expect(told).toEqual([1, 2, 3]);
  });

  it('are told without a timer when that is at once, and by a poll', async () => {
    for (const isPolled of [false, true]) {
      const { held, told } = hold();
      held.onOffered();
      held.look();
      let looks = 0;
      held.onAnswered(() => (isPolled || ++looks > 1 ? 'completed' : null), [TOLD_CANDIDATES]);
      expect(told).toEqual([]);
      if (isPolled) held.look();
      else await vi.waitUntil(() => looks > 1);
      expect(told).toEqual([1, 2]);
    }
  });

  it('wait a moment for the path to be confirmed, where they are used at once', async () => {
    for (const announced of [[], [TOLD_CANDIDATES]]) {
      const { held, told } = hold();
      held.onAnswered(() => 'connected', announced);
      const start = performance.now();
      held.look();
      expect(told).toEqual(announced.length === 0 ? [1, 2] : []);
      await vi.waitUntil(() => performance.now() - start >= 2);
      held.look();
      expect(told).toEqual([1, 2]);
    }
  });

  it('are not looked for all the time', async () => {
    const { held } = hold();
    let looks = 0;
    held.onAnswered(() => (++looks < 0 ? 'connected' : null), []);
    const start = performance.now();
    while (performance.now() - start < 20) await new Promise((resolve) => setImmediate(resolve));
    const before = looks;
    await new Promise((resolve) => setImmediate(resolve));
    expect(looks).toBe(before);
    held.release();
  });

  it('are told 150 ms after the answer without that', () => {
    const { held, told } = hold();
    held.onOffered();
    vi.advanceTimersByTime(400);
    held.onAnswered(() => null, []);
    vi.advanceTimersByTime(149);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([1, 2]);
  });

  it('are told after half a second without an answer', () => {
    const { held, told } = hold();
    held.onOffered();
    vi.advanceTimersByTime(499);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([1, 2]);
    held.onAnswered(() => 'completed', []);
  });

  it.each([
    [true, true, ' scenewire connected'],
    [false, true, ' scenewire answered'],
    [true, false, ''],
    [false, false, ''],
  ])('tell why they come, to those who read it: connected %s, read %s', (isConnected, isRead, note) => {
    const { held, notes } = hold();
    held.onOffered();
    held.onAnswered(() => (isConnected ? 'completed' : null), isRead ? [TOLD_CANDIDATES] : [LATE_CANDIDATES]);
    vi.advanceTimersByTime(150);
    held.report((later) => void notes.push(later));
    expect(notes).toEqual([note, note, note]);
  });

  it('tell nothing without an answer, also when one comes later', () => {
    const { held, notes } = hold();
    held.onOffered();
    vi.advanceTimersByTime(500);
    held.onAnswered(() => 'completed', [TOLD_CANDIDATES]);
    held.report((later) => void notes.push(later));
    expect(notes).toEqual(['', '', '']);
  });

  it('are told at the end, and leave no timer', () => {
    const { held, told } = hold();
    held.onOffered();
    held.onAnswered(() => null, []);
    held.release();
    expect(told).toEqual([1, 2]);
  });
});

const candidate = (address: string, type = 'host'): string =>
  `candidate:1 1 UDP 2122317823 ${address} 5000 typ ${type}`;
const LAN = candidate('192.168.1.2');

describe('D8 postponed candidates', () => {
  let postponed: PostponedCandidates;
  let added: string[];
  beforeEach(() => {
    postponed = new PostponedCandidates();
    added = [];
  });
  afterEach(() => postponed.end());
  const add = (name: string, text = LAN): void => postponed.add(text, () => void added.push(name));

  it('are none when the offer comes from another stack', () => {
    add('a');
    postponed.onAnswering('', '');
    postponed.onAnswered();
    expect(added).toEqual(['a']);
  });

  it.each([true, false])(
    'that came before the answer wait for 1.2 s after it (offerer tells why they come: %s)',
    (tells) => {
      postponed.begin(tells);
      add('a');
      vi.advanceTimersByTime(5000);
      postponed.onAnswering('', '');
      postponed.onAnswered();
      add('b');
      vi.advanceTimersByTime(1199);
      expect(added).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(added).toEqual(['a', 'b']);
    },
  );

  it('that tell of our answer wait until half a second after it', () => {
    postponed.begin(true);
    postponed.onAnswering('', '');
    postponed.onAnswered();
    vi.advanceTimersByTime(150);
    add('late', `${LAN} scenewire answered`);
    add('plain');
    vi.advanceTimersByTime(349);
    expect(added).toEqual([]);
    vi.advanceTimersByTime(1);
    add('later', `${LAN} scenewire answered`);
    expect(added).toEqual(['late', 'later']);
    vi.advanceTimersByTime(700);
    expect(added).toEqual(['late', 'later', 'plain']);
  });

  it('that tell of a connected offerer wait for nothing', () => {
    postponed.begin(true);
    postponed.onAnswering('', '');
    postponed.onAnswered();
    add('plain');
    add('a', `${LAN} scenewire connected`);
    add('b', `${candidate('192.168.1.2', 'relay')} scenewire connected`);
    expect(added).toEqual(['a', 'b']);
  });

  it.each([
    ['when others were told before the answer', true, LAN],
    ['where the offer does not say that they tell', false, null],
  ])('that tell of a connected offerer wait like others %s', (_when, tells, before) => {
    postponed.begin(tells);
    if (before !== null) add('before', before);
    postponed.onAnswering('', '');
    postponed.onAnswered();
    add('a', `${LAN} scenewire connected`);
    expect(added).toEqual([]);
  });

  it('are added when the connection stands', () => {
    postponed.begin(true);
    postponed.onAnswering('', '');
    postponed.onAnswered();
    add('a');
    postponed.end();
    add('b');
    expect(added).toEqual(['a', 'b']);
  });

  it.each([
    candidate('203.0.113.1', 'srflx'),
    candidate('192.168.1.2', 'relay'),
    candidate('203.0.113.1'),
    candidate('172.32.0.1'),
  ])('for a path through NAT wait for 150 ms only: %s', (text) => {
    postponed.begin(true);
    add('a', text);
    vi.advanceTimersByTime(5000);
    postponed.onAnswering('', '');
    postponed.onAnswered();
    vi.advanceTimersByTime(149);
    expect(added).toEqual([]);
    vi.advanceTimersByTime(1);
    add('b', text);
    expect(added).toEqual(['a', 'b']);
  });

  it.each(['10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.1.1', '172.31.0.1', 'fe80::1', 'fd00::1', '2001:db8::1'])(
    'can be a neighbour: %s',
    (address) => {
      postponed.begin(false);
      postponed.onAnswering('', '');
      postponed.onAnswered();
      add('a', candidate(address));
      vi.advanceTimersByTime(1199);
      expect(added).toEqual([]);
    },
  );
});
