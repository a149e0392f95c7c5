/** S1: MagicLeap's page of flat bindings, call by call. Tracks have files of their own. */
import {
  Err,
  INVALID_HANDLE,
  isHandleValid,
  PeerConnectionBindings,
  type RtcConnectionCallbacks,
  type RtcConnectionConfig,
  WebRTCPeerConnection,
  WebRTCPeerConnectionExtension,
} from 'scenewire';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { bytes, CONFIG, Context, callbacks, channelCallbacks, Room } from '../extension/support/flat-room.js';
import { ANSWER, candidateNo, FakeBackEnd, OFFER } from '../support/fake-extension.js';

const errors = recordErrors();
const PROXY = { type: 1, hostAddress: 'proxy.example.org', hostPort: 3128 } as const;

/** One flat connection on a fake back end. */
class Flat {
  readonly backEnd = new FakeBackEnd();
  readonly bindings = new PeerConnectionBindings(this.backEnd.Extension);
  readonly context = new Context();
  readonly handle = this.bindings.connectionCreate(CONFIG, callbacks(this.context)).handle;

  /** What the callbacks are told in one pump. */
  pump(): string[] {
    this.context.events.length = 0;
    this.bindings.connectionProcessEvents(this.handle);
    return [...this.context.events];
  }

  offered(): this {
    const { bindings, handle } = this;
    bindings.dataChannelCreate(handle, 'game');
    bindings.connectionCreateOffer(handle);
    this.backEnd.last.report.sessionDescriptionCreated('offer', OFFER);
    this.pump();
    bindings.connectionSetLocalDescription(handle, 'offer', OFFER);
    this.pump();
    return this;
  }
}

describe('methods', () => {
  it('S1-01 S1-29 NativeBindings: flat calls on numbers, over whichever back end', () => {
    const { bindings, handle } = new Flat();
    expect(bindings).toBeInstanceOf(PeerConnectionBindings);
    expect([typeof handle, isHandleValid(handle), isHandleValid(INVALID_HANDLE)]).toEqual(['number', true, false]);
  });

  it('S1-02 S1-03 CreateRemoteConnection with and without a proxy', () => {
    const bindings = new PeerConnectionBindings(new FakeBackEnd().Extension);
    const create = (proxyConfig?: typeof PROXY): Err =>
      bindings.connectionCreate({ ...CONFIG, proxyConfig }, callbacks(new Context())).error;
    expect([create(), create(PROXY)]).toEqual([Err.OK, Err.ERR_UNAVAILABLE]);
    WebRTCPeerConnection.setDefaultExtension(new FakeBackEnd({ proxy: true }).Extension);
    expect([WebRTCPeerConnection.createRemote([]).error, WebRTCPeerConnection.createRemote([], PROXY).error]).toEqual([
      Err.OK,
      Err.OK,
    ]);
    WebRTCPeerConnection.setDefaultExtension(null);
  });

  it('S1-05 S1-43 AddRemoteIceCandidate is applied here, nothing is sent', () => {
    const { bindings, handle, backEnd, context } = new Flat().offered();
    bindings.connectionSetRemoteAnswer(handle, ANSWER);
    const candidate = { candidate: candidateNo(1), sdpMid: 'data', sdpMLineIndex: 0 };
    expect(bindings.connectionAddRemoteIceCandidate(handle, candidate)).toBe(Err.OK);
    expect(backEnd.last.calls.at(-1)).toBe(`_addIceCandidate data 0 ${candidateNo(1)}`);
    expect(context.events).not.toContain('candidate');
  });

  it('S1-06 S1-37 S1-40 Create stores the callbacks and their context for good', () => {
    const { backEnd, bindings } = new Flat();
    const heard: string[] = [];
    const table: RtcConnectionCallbacks<string> = {
      ...(callbacks(new Context()) as unknown as RtcConnectionCallbacks<string>),
      context: 'mine',
      onError: (message, context) => void heard.push(`${context}: ${message}`),
    };
    const { handle } = bindings.connectionCreate(CONFIG, table);
    table.onError = () => void heard.push('replaced');
    table.context = 'other';
    backEnd.last.report.failed('candidate', 'x');
    bindings.connectionProcessEvents(handle);
    expect(heard).toEqual(['mine: x']);
  });

  it('S1-07 S1-14 S1-44 CreateOffer, and SetRemoteOffer with SDP or JSON', () => {
    const flat = new Flat();
    flat.bindings.dataChannelCreate(flat.handle, 'game');
    expect([flat.bindings.connectionCreateOffer(flat.handle), flat.backEnd.last.calls.at(-1)]).toEqual([
      Err.OK,
      '_createOffer',
    ]);
    const answering = (offer: string): unknown[] => {
      const { bindings, handle, backEnd } = new Flat();
      return [bindings.connectionSetRemoteOffer(handle, offer), backEnd.last.calls];
    };
    expect(answering(JSON.stringify({ type: 'offer', sdp: OFFER }))).toEqual(answering(OFFER));
  });

  it('S1-13 SetRemoteAnswer takes JSON and plain SDP, and no offer', () => {
    const apply = (answer: string): Err => {
      const { bindings, handle } = new Flat().offered();
      return bindings.connectionSetRemoteAnswer(handle, answer);
    };
    const json = (type: string): string => JSON.stringify({ type, sdp: ANSWER });
    expect([apply(json('answer')), apply(ANSWER), apply(json('offer'))]).toEqual([
      Err.OK,
      Err.OK,
      Err.ERR_INVALID_PARAMETER,
    ]);
  });

  it('S1-08 Destroy drops what was queued', () => {
    const { bindings, handle, backEnd, context } = new Flat();
    backEnd.last.report.failed('candidate', 'late');
    expect([bindings.connectionDestroy(handle), bindings.connectionProcessEvents(handle)]).toEqual([
      Err.OK,
      Err.ERR_DOES_NOT_EXIST,
    ]);
    expect(context.events).toEqual([]);
  });

  it('S1-09 S1-10 S1-48 HasFailed, IsConnected, and all four states in one call', () => {
    const flat = new Flat();
    const { bindings, handle } = flat;
    const read = (): unknown[] => [
      bindings.connectionHasFailed(handle),
      bindings.connectionIsConnected(handle),
      bindings.connectionGetState(handle),
    ];
    const states = (connection: number, gathering: number, signaling: number, ice: number): unknown[] => [
      { error: Err.OK, value: connection === 4 },
      { error: Err.OK, value: connection === 2 },
      { error: Err.OK, value: { connection, gathering, signaling, ice } },
    ];
    expect(read()).toEqual(states(0, 0, 0, 0));
    flat.offered();
    const { report } = flat.backEnd.last;
    report.gatheringStateChanged(1);
    report.iceConnectionStateChanged(1);
    flat.pump();
    expect(read()).toEqual(states(1, 1, 1, 1));
    bindings.connectionSetRemoteAnswer(handle, ANSWER);
    report.connectionStateChanged(2);
    flat.pump();
    expect(read()).toEqual(states(2, 1, 0, 1));
    report.connectionStateChanged(4);
    flat.pump();
    expect(read()).toEqual(states(4, 1, 0, 1));
  });

  it('S1-11 S1-41 S1-47 ProcessEvents is what makes callbacks run, on the caller’s turn', () => {
    const room = new Room();
    room.bindings.dataChannelCreate(room[0], 'game');
    room.bindings.connectionCreateOffer(room[0]);
    expect(room.a.events).toEqual([]);
    let inside = false;
    room.a.during = () => expect(inside).toBe(true);
    inside = true;
    expect(room.bindings.connectionProcessEvents(room[0])).toBe(Err.OK);
    inside = false;
    expect(room.a.events).toContain('description offer');
  });
});

describe('callbacks', () => {
  it('S1-15 S1-17 OnConnected and OnDisconnected', () => {
    const flat = new Flat().offered();
    flat.bindings.connectionSetRemoteAnswer(flat.handle, ANSWER);
    flat.backEnd.last.report.connectionStateChanged(2);
    expect(flat.pump()).toContain('connected');
    flat.backEnd.last.report.connectionStateChanged(3);
    expect(flat.pump()).toContain('disconnected');
  });

  it('S1-16 OnDataChannelReceived brings a handle', () => {
    const room = new Room();
    const [, theirs] = room.connect();
    expect(room.b.channels).toEqual([theirs]);
    expect(room.bindings.dataChannelGetLabel(theirs)).toEqual({ error: Err.OK, value: 'héllo✓' });
  });

  it('S1-18 S1-19 OnError and OnIceGatheringCompleted', () => {
    const flat = new Flat().offered();
    flat.backEnd.last.report.failed('candidate', 'bad luck');
    flat.backEnd.last.report.gatheringStateChanged(2);
    expect(flat.pump().filter((event) => !event.startsWith('states'))).toEqual(['error bad luck', 'gathered']);
  });

  it('S1-20 S1-22 S1-45 OnLocalOfferCreated and OnLocalAnswerCreated are one callback that is told the type', () => {
    const room = new Room();
    room.connect();
    expect(room.a.events.filter((event) => event.startsWith('description'))).toEqual(['description offer']);
    expect(room.b.events.filter((event) => event.startsWith('description'))).toEqual(['description answer']);
  });

  it('S1-21 OnLocalIceCandidateFound brings the candidate as one object', () => {
    const flat = new Flat();
    const found: unknown[] = [];
    const { handle } = flat.bindings.connectionCreate(CONFIG, {
      ...callbacks(flat.context),
      onLocalIceCandidateFound: (candidate) => void found.push(candidate),
    });
    flat.bindings.dataChannelCreate(handle, 'game');
    flat.bindings.connectionCreateOffer(handle);
    flat.backEnd.last.report.sessionDescriptionCreated('offer', OFFER);
    flat.bindings.connectionProcessEvents(handle);
    flat.bindings.connectionSetLocalDescription(handle, 'offer', OFFER);
    flat.backEnd.last.report.iceCandidateCreated('data', 0, candidateNo(1));
    flat.bindings.connectionProcessEvents(handle);
    expect(found).toEqual([{ candidate: candidateNo(1), sdpMid: 'data', sdpMLineIndex: 0 }]);
  });
});

describe('results and types', () => {
  it('S1-25 S1-26 S1-28 a code is a number: OK is 0, an unexplained failure is FAILED', () => {
    const { bindings, handle } = new Flat();
    expect([bindings.connectionProcessEvents(handle), bindings.connectionCreateOffer(handle)]).toEqual([0, 1]);
  });

  it('S1-27 S1-39 PermissionDenied is ERR_UNAUTHORIZED, and comes from the creation alone', () => {
    class Refused extends WebRTCPeerConnectionExtension {
      override _initialize(): Err {
        return Err.ERR_UNAUTHORIZED;
      }
    }
    const created = new PeerConnectionBindings(Refused).connectionCreate(CONFIG, callbacks(new Context()));
    expect(created).toEqual({ error: Err.ERR_UNAUTHORIZED, handle: INVALID_HANDLE });
  });

  it('S1-30 S1-31 S1-35 the config holds servers and proxy, the callbacks are one object', () => {
    const { bindings, backEnd, context } = new Flat();
    const config: RtcConnectionConfig = {
      ...CONFIG,
      iceServers: [{ urls: 'stun:stun.example.org' }],
      proxyConfig: null,
    };
    expect(bindings.connectionCreate(config, callbacks(context)).error).toBe(Err.OK);
    expect(backEnd.last.configs[0]).toMatchObject({
      iceServers: [{ urls: ['stun:stun.example.org'] }],
      proxyConfig: null,
    });
  });

  it('S1-32 the candidate struct is a plain object, there and back', () => {
    const { bindings, handle, backEnd } = new Flat().offered();
    bindings.connectionSetRemoteAnswer(handle, ANSWER);
    const wire = JSON.parse(JSON.stringify({ candidate: candidateNo(1), sdpMid: 'data', sdpMLineIndex: 0 }));
    expect(bindings.connectionAddRemoteIceCandidate(handle, wire)).toBe(Err.OK);
    expect(backEnd.last.calls.at(-1)).toBe(`_addIceCandidate data 0 ${candidateNo(1)}`);
  });

  it('S1-36 handles are safe integers, never the same for two things', () => {
    const room = new Room();
    const all = [room[0], room[1], ...room.connect()];
    expect(new Set(all).size).toBe(4);
    expect(all.every(Number.isSafeInteger)).toBe(true);
  });

  it('S1-38 every call takes the handle first and gives a code, alone or beside its value', async () => {
    const { bindings } = new Flat();
    const names = Object.getOwnPropertyNames(PeerConnectionBindings.prototype).filter((name) =>
      /^(connection|dataChannel)(?!Create$)/.test(name),
    );
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      const call = (bindings as unknown as Record<string, (...args: unknown[]) => unknown>)[name];
      const result = await call?.call(bindings, INVALID_HANDLE);
      const code = typeof result === 'number' ? result : (result as { error: Err }).error;
      expect([name, code]).toEqual([name, Err.ERR_DOES_NOT_EXIST]);
    }
  });

  it('S1-49 nothing depends on a version of that package', () => {
    const wrong = { ...CONFIG, version: 2 as never };
    const { error } = new PeerConnectionBindings(new FakeBackEnd().Extension).connectionCreate(
      wrong,
      callbacks(new Context()),
    );
    expect(error).toBe(Err.ERR_INVALID_PARAMETER);
  });

  it('S0-39 a handle that does not belong here is ERR_DOES_NOT_EXIST, in another table too', () => {
    const [one, other] = [new Flat(), new Flat()];
    expect(other.bindings.connectionProcessEvents(one.handle)).toBe(Err.ERR_DOES_NOT_EXIST);
    expect(errors).toEqual([]);
  });

  it('S2-116 S2-117 S2-118 S2-135 channels: callbacks first, then the label, and nothing to release', () => {
    const room = new Room();
    const events: string[] = [];
    const seen: unknown[] = [];
    room.b.during = (event) => {
      if (event !== 'channel') return;
      const channel = room.b.channels[0] as number;
      seen.push(room.bindings.dataChannelSetCallbacks(channel, channelCallbacks(events)));
      seen.push(room.bindings.dataChannelGetLabel(channel));
    };
    const [mine] = room.connect();
    room.bindings.dataChannelSend(mine, bytes('first'), true);
    room.frames();
    expect(seen).toEqual([Err.OK, { error: Err.OK, value: 'héllo✓' }]);
    expect(events).toEqual(['opened', 'text first']);
  });
});
