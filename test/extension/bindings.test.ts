import { Err, type Handle, INVALID_HANDLE, isHandleValid, PeerConnectionBindings } from 'scenewire';
import { LoopbackNetwork, ManualClock } from 'scenewire/testing';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { FakeBackEnd } from '../support/fake-extension.js';
import { bytes, CONFIG, Context, callbacks, channelCallbacks, Room } from './support/flat-room.js';

const errors = recordErrors();

/** Every call that takes a handle first. */
function callsWith(
  bindings: PeerConnectionBindings,
  handle: Handle,
  more: readonly unknown[] = [],
): [string, unknown][] {
  const names = Object.getOwnPropertyNames(PeerConnectionBindings.prototype).filter(
    (name) => /^(connection|dataChannel)/.test(name) && name !== 'connectionCreate',
  );
  return names.map((name) => {
    const call = bindings[name as 'connectionProcessEvents'] as (...args: unknown[]) => unknown;
    return [name, call.call(bindings, handle, ...more)];
  });
}

async function codesOf(results: readonly [string, unknown][]): Promise<[string, unknown][]> {
  const settled = results.map(async ([name, result]): Promise<[string, unknown]> => {
    const value = await result;
    return [name, typeof value === 'number' ? value : (value as { error: Err }).error];
  });
  return Promise.all(settled);
}

describe('handles', () => {
  it('R-062 0, unknown and destroyed ones give ERR_DOES_NOT_EXIST in every call, and throw nothing', async () => {
    const room = new Room();
    const [channel] = room.connect();
    room.bindings.dataChannelDestroy(channel);
    room.bindings.connectionDestroy(room[1]);
    for (const handle of [INVALID_HANDLE, 1e9, -1, channel, room[1], Number.NaN, '1' as never, null as never]) {
      const results = await codesOf(callsWith(room.bindings, handle));
      expect(results.length).toBeGreaterThan(20);
      expect(results.filter(([, code]) => code !== Err.ERR_DOES_NOT_EXIST)).toEqual([]);
    }
  });

  it('R-062 of a channel are no handles of a connection, and the other way round', () => {
    const room = new Room();
    const [channel] = room.connect();
    expect(room.bindings.connectionProcessEvents(channel)).toBe(Err.ERR_DOES_NOT_EXIST);
    expect(room.bindings.dataChannelClose(room[0])).toBe(Err.ERR_DOES_NOT_EXIST);
  });

  it('R-063 1000 create and destroy cycles give 1000 different handles, over all tables', () => {
    const network = new LoopbackNetwork({ clock: new ManualClock() });
    const tables = [new PeerConnectionBindings(network.Extension), new PeerConnectionBindings(network.Extension)];
    const handles = new Set<Handle>();
    for (let i = 0; i < 1000; i += 1) {
      const table = tables[i % 2] as PeerConnectionBindings;
      const { handle } = table.connectionCreate(CONFIG, callbacks(new Context()));
      handles.add(handle);
      expect([isHandleValid(handle), table.connectionDestroy(handle)]).toEqual([true, Err.OK]);
    }
    expect(handles.size).toBe(1000);
  });

  it('isHandleValid takes positive integers only', () => {
    expect([1, 2 ** 40].every(isHandleValid)).toBe(true);
    expect([0, -1, 0.5, Number.NaN, 2 ** 60, '1', null, undefined].some(isHandleValid)).toBe(false);
  });
});

describe('channels', () => {
  it('R-071 carry labels, texts and bytes to onMessage', () => {
    const room = new Room();
    const [mine, theirs] = room.connect();
    const events: string[] = [];
    expect(room.bindings.dataChannelSetCallbacks(theirs, channelCallbacks(events))).toBe(Err.OK);
    expect(room.bindings.dataChannelGetLabel(theirs)).toEqual({ error: Err.OK, value: 'héllo✓' });
    expect(room.bindings.dataChannelSend(mine, bytes('héllo✓'), true)).toBe(Err.OK);
    expect(room.bindings.dataChannelSend(mine, bytes('raw'), false)).toBe(Err.OK);
    room.frames();
    expect(events).toEqual(['text héllo✓', 'data raw']);
    const [one, two] = [mine, theirs].map((channel) => room.bindings.dataChannelGetInfo(channel).value);
    expect(one).toEqual({ ...two, id: expect.any(Number) });
    expect(one).toMatchObject({ id: two?.id, ordered: true, maxRetransmits: 65535, readyState: 1, negotiated: false });
  });

  it('tell that they opened and closed', () => {
    const room = new Room();
    const { handle } = room.bindings.dataChannelCreate(room[0], 'game');
    const events: string[] = [];
    room.bindings.dataChannelSetCallbacks(handle, channelCallbacks(events));
    room.bindings.connectionCreateOffer(room[0]);
    room.frames();
    expect(room.bindings.dataChannelClose(room.b.channels[0] as Handle)).toBe(Err.OK);
    room.frames();
    expect(events).toEqual(['opened', 'closed']);
  });

  it('get every message that came before their callbacks were set, and none late', () => {
    const room = new Room();
    const [mine, theirs] = room.connect();
    const events: string[] = [];
    room.bindings.dataChannelSend(mine, bytes('early'), false);
    room.frames();
    room.bindings.dataChannelSetCallbacks(theirs, channelCallbacks(events));
    room.bindings.dataChannelSend(mine, bytes('later'), false);
    room.frames();
    expect(events).toEqual(['data early', 'data later']);
  });

  it('get messages that came before their callbacks were set without waiting for another one', () => {
    const room = new Room();
    const [mine, theirs] = room.connect();
    const events: string[] = [];
    room.bindings.dataChannelSend(mine, bytes('early'), false);
    room.frames();
    room.bindings.dataChannelSetCallbacks(theirs, channelCallbacks(events));
    expect(events).toEqual([]);
    room.frames(1);
    expect(events).toEqual(['data early']);
  });

  it('that the other side opened are forgotten when their end was told, so that it cannot fill the table', () => {
    const room = new Room();
    const [mine, theirs] = room.connect();
    const events: string[] = [];
    let known: unknown;
    const calls = channelCallbacks(events);
    room.bindings.dataChannelSetCallbacks(theirs, {
      ...calls,
      onClosed: (to) => {
        known = room.bindings.dataChannelGetLabel(theirs).error;
        calls.onClosed(to);
      },
    });
    room.bindings.dataChannelClose(mine);
    room.frames();
    expect([events, known]).toEqual([['closed'], Err.OK]);
    const codes = [mine, theirs].map((channel) => room.bindings.dataChannelGetLabel(channel).error);
    expect(codes).toEqual([Err.OK, Err.ERR_DOES_NOT_EXIST]);
  });

  it('tell their failures, and so does the connection', () => {
    const backEnd = new FakeBackEnd();
    const bindings = new PeerConnectionBindings(backEnd.Extension);
    const context = new Context();
    const events: string[] = [];
    const { handle } = bindings.connectionCreate(CONFIG, callbacks(context));
    bindings.dataChannelSetCallbacks(bindings.dataChannelCreate(handle, 'game').handle, channelCallbacks(events));
    backEnd.last.channels[0]?.report.failed('bad');
    bindings.connectionProcessEvents(handle);
    expect([events, context.events]).toEqual([['error Channel "game": bad'], ['error Channel "game": bad']]);
  });

  it('that throw are reported, and stop neither the poll nor what comes after', () => {
    const room = new Room();
    const [mine, theirs] = room.connect();
    room.bindings.dataChannelSend(mine, bytes('one'), false);
    room.frames();
    const onMessage = (): void => {
      throw new Error('mine');
    };
    room.bindings.dataChannelSetCallbacks(theirs, { ...channelCallbacks([]), onMessage });
    expect(room.bindings.connectionProcessEvents(room[1])).toBe(Err.OK);
    expect(errors).toMatchObject([{ err: Err.ERR_SCRIPT_FAILED, cause: { message: 'mine' } }]);
    errors.length = 0;
  });

  it('have one set of callbacks: setting it again replaces it', () => {
    const room = new Room();
    const [mine, theirs] = room.connect();
    const events: string[] = [];
    for (const name of ['first ', 'second ']) {
      expect(room.bindings.dataChannelSetCallbacks(theirs, channelCallbacks(events, name))).toBe(Err.OK);
    }
    room.bindings.dataChannelSend(mine, bytes('hi'), true);
    room.frames();
    expect(events).toEqual(['second text hi']);
  });

  it('R-065 refuse callbacks that are incomplete or of another version', () => {
    const room = new Room();
    const [mine] = room.connect();
    const complete = channelCallbacks([]);
    for (const table of [
      { ...complete, version: 2 },
      { ...complete, onMessage: undefined },
      { ...complete, onError: undefined },
      null,
      7,
    ]) {
      expect(room.bindings.dataChannelSetCallbacks(mine, table as never)).toBe(Err.ERR_INVALID_PARAMETER);
    }
  });

  it('R-070 connectionDestroy ends them; the other side sees it, and their handles are unknown', () => {
    const room = new Room();
    const [mine, theirs] = room.connect();
    expect(room.bindings.connectionDestroy(room[0])).toBe(Err.OK);
    expect(room.bindings.dataChannelGetLabel(mine)).toEqual({ error: Err.ERR_DOES_NOT_EXIST, value: '' });
    room.frames();
    expect(room.bindings.dataChannelGetInfo(theirs)).toEqual({ error: Err.ERR_DOES_NOT_EXIST, value: null });
    expect(room.b.events.filter((event) => event === 'disconnected')).toHaveLength(1);
    expect(room.bindings.connectionProcessEvents(room[0])).toBe(Err.ERR_DOES_NOT_EXIST);
  });

  it('R-070 connectionDestroy makes the handles of channels unknown that had ended before', () => {
    const room = new Room();
    const [mine, theirs] = room.connect();
    room.bindings.dataChannelClose(mine);
    room.frames();
    room.bindings.connectionDestroy(room[0]);
    room.bindings.connectionDestroy(room[1]);
    const codes = [mine, theirs].map((channel) => room.bindings.dataChannelGetLabel(channel).error);
    expect(codes).toEqual([Err.ERR_DOES_NOT_EXIST, Err.ERR_DOES_NOT_EXIST]);
  });

  it('R-070 connectionDestroy inside a callback ends the delivery', () => {
    const room = new Room();
    room.a.during = (event) => {
      if (event === 'connected') room.bindings.connectionDestroy(room[0]);
    };
    room.bindings.dataChannelCreate(room[0], 'game');
    room.bindings.connectionCreateOffer(room[0]);
    room.frames();
    expect(room.a.events.at(-1)).toBe('connected');
    expect(errors).toEqual([]);
  });
});

describe('R-068 whatever it is given', () => {
  const thrower = (thrown: unknown): object =>
    new Proxy(
      {},
      {
        get: () => {
          throw thrown;
        },
      },
    );
  const nasty: readonly (readonly [string, unknown])[] = [
    ['undefined', undefined],
    ['null', null],
    ['a number', 7],
    ['a symbol', Symbol('s')],
    ['an empty object', {}],
    ['an object whose members throw', thrower(new Error('getter'))],
    ['an object whose members throw something odd', thrower(Object.create(null))],
  ];

  it.each(nasty)('no call throws for %s', (_name, value) => {
    const room = new Room();
    const [channel] = room.connect();
    expect(() => room.bindings.connectionCreate(value as never, value as never)).not.toThrow();
    expect(() => room.bindings.connectionCreate(CONFIG, value as never)).not.toThrow();
    for (const handle of [channel, room[0]]) {
      expect(() => callsWith(room.bindings, handle, [value, value, value])).not.toThrow();
    }
  });
});
