import { Err, INVALID_HANDLE, PeerConnectionBindings, WebRTCPeerConnectionExtension } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { ANSWER, FakeBackEnd, OFFER } from '../support/fake-extension.js';
import { CONFIG, Context, callbacks, Room } from './support/flat-room.js';

const errors = recordErrors();

describe('callbacks', () => {
  it('R-064 run only inside connectionProcessEvents of their own handle', () => {
    const room = new Room();
    const { bindings } = room;
    bindings.dataChannelCreate(room[0], 'game');
    bindings.connectionCreateOffer(room[0]);
    bindings.connectionProcessEvents(room[1]);
    expect([room.a.events, room.b.events]).toEqual([[], []]);
    bindings.connectionProcessEvents(room[0]);
    expect(room.a.events).toContain('description offer');
    expect(room.b.events).toEqual([]);
    room.frames();
    expect(room.b.events).toContain('description answer');
    for (const context of [room.a, room.b]) {
      expect(context.events).toEqual(expect.arrayContaining(['candidate', 'gathered', 'connected']));
    }
  });

  it('R-064 a nested call for the same handle gives ERR_BUSY, for another one OK', () => {
    const room = new Room();
    const codes: Err[] = [];
    room.a.during = () => {
      codes.push(room.bindings.connectionProcessEvents(room[0]), room.bindings.connectionProcessEvents(room[1]));
      room.a.during = () => {};
    };
    room.connect();
    expect(codes).toEqual([Err.ERR_BUSY, Err.OK]);
  });

  it('R-064 tell every change of the four states, and the errors', () => {
    const backEnd = new FakeBackEnd();
    const bindings = new PeerConnectionBindings(backEnd.Extension);
    const context = new Context();
    const { handle } = bindings.connectionCreate(CONFIG, callbacks(context));
    const step = (action: () => void): string[] => {
      context.events.length = 0;
      action();
      bindings.connectionProcessEvents(handle);
      return [...context.events];
    };
    const { report } = backEnd.last;
    expect(step(() => bindings.connectionSetRemoteOffer(handle, OFFER))).toEqual(['states 1,0,2,0', 'states 1,0,2,0']);
    report.sessionDescriptionCreated('answer', ANSWER);
    expect(step(() => {})).toEqual(['description answer']);
    expect(step(() => bindings.connectionSetLocalDescription(handle, 'answer', ANSWER))).toEqual(['states 1,0,0,0']);
    expect(step(() => report.gatheringStateChanged(2))).toEqual(['states 1,2,0,0', 'gathered']);
    expect(step(() => report.iceConnectionStateChanged(2))).toEqual(['states 1,2,0,2']);
    expect(step(() => report.connectionStateChanged(2))).toEqual(['states 2,2,0,2', 'connected']);
    expect(bindings.connectionIsConnected(handle)).toEqual({ error: Err.OK, value: true });
    expect(step(() => report.failed('candidate', 'bad'))).toEqual(['error bad']);
    expect(step(() => report.connectionStateChanged(4))).toEqual(['states 4,2,0,2', 'disconnected']);
    expect(bindings.connectionHasFailed(handle)).toEqual({ error: Err.OK, value: true });
    expect(bindings.connectionGetState(handle).value).toEqual({ connection: 4, gathering: 2, signaling: 0, ice: 2 });
    expect(bindings.connectionGetDescription(handle, true).value?.type).toBe('answer');
    expect(bindings.connectionGetDescription(handle, false).value?.type).toBe('offer');
  });

  it('R-066 get the context of their own connection, identical', () => {
    const room = new Room();
    const seen = new Set<unknown>();
    const context = new Context();
    const watched = callbacks(context);
    for (const [name, callback] of Object.entries(watched)) {
      if (typeof callback !== 'function') continue;
      const call = (...args: unknown[]): unknown => seen.add(args.at(-1) === context ? 'own' : name);
      (watched as unknown as Record<string, unknown>)[name] = call;
    }
    const { handle } = room.bindings.connectionCreate(CONFIG, watched);
    room.bindings.dataChannelCreate(handle, 'x');
    room.bindings.connectionCreateOffer(handle);
    room.bindings.connectionProcessEvents(handle);
    room.bindings.connectionProcessEvents(handle);
    expect([...seen]).toEqual(['own']);
  });

  it('R-065 R-006 are taken when the connection is created: later edits of the table change nothing', () => {
    const { bindings } = new Room();
    const context = new Context();
    const table = callbacks(context);
    const { handle } = bindings.connectionCreate(CONFIG, table);
    table.onStateChanged = () => expect.unreachable();
    bindings.dataChannelCreate(handle, 'x');
    bindings.connectionCreateOffer(handle);
    bindings.connectionProcessEvents(handle);
    expect(context.events).toContain('states 1,0,0,0');
  });

  it('R-065 may be methods of a class', () => {
    const { bindings } = new Room();
    const noted: string[] = [];
    class Callbacks {
      readonly version = 1;
      readonly context = noted;
      onError(): void {}
      onConnected(): void {}
      onDisconnected(): void {}
      onDataChannelReceived(): void {}
      onLocalDescriptionCreated(type: string): void {
        this.context.push(type);
      }
      onLocalIceCandidateFound(): void {}
      onIceGatheringCompleted(): void {}
      onStateChanged(): void {}
    }
    const { error, handle } = bindings.connectionCreate(CONFIG, new Callbacks());
    expect(error).toBe(Err.OK);
    bindings.dataChannelCreate(handle, 'x');
    bindings.connectionCreateOffer(handle);
    bindings.connectionProcessEvents(handle);
    expect([noted, errors]).toEqual([['offer'], []]);
  });

  it.each(Object.keys(callbacks(new Context())).filter((name) => name.startsWith('on')))(
    'R-065 R-067 without %s, or with another version, nothing is created and no callback ever runs',
    (name) => {
      const { bindings } = new Room();
      const context = new Context();
      const complete = callbacks(context);
      const tables = [
        { ...complete, [name]: undefined },
        { ...complete, version: 2 },
        { ...complete, [name]: 7 },
        null,
      ];
      for (const table of tables) {
        expect(bindings.connectionCreate(CONFIG, table as never)).toEqual({
          error: Err.ERR_INVALID_PARAMETER,
          handle: INVALID_HANDLE,
        });
      }
      expect(bindings.connectionCreate({ ...CONFIG, version: 2 } as never, complete).handle).toBe(INVALID_HANDLE);
      expect(context.events).toEqual([]);
    },
  );

  it('R-067 a create that the connection refuses returns INVALID_HANDLE with its code', () => {
    const { bindings } = new Room();
    const proxyConfig = { type: 1, hostAddress: 'p', hostPort: 1 } as const;
    const create = (change: object) => bindings.connectionCreate({ ...CONFIG, ...change }, callbacks(new Context()));
    expect(create({ proxyConfig })).toEqual({ error: Err.ERR_UNAVAILABLE, handle: INVALID_HANDLE });
    expect(create({ iceServers: [{}] })).toEqual({ error: Err.ERR_INVALID_PARAMETER, handle: INVALID_HANDLE });
    const none = new PeerConnectionBindings(class Missing extends WebRTCPeerConnectionExtension {});
    expect(none.connectionCreate(CONFIG, callbacks(new Context())).handle).toBe(INVALID_HANDLE);
  });
});
