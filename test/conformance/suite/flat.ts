import { expect, type Section } from '../support/arrangement.js';

const DOES_NOT_EXIST = 33;
const PARAMETER = 31;
const BUSY = 44;

/** the flat, handle-based interface, and an extension that leaves methods out. */
export const flat: Section = (bench, rule) => {
  rule('R-062 R-068 calls with unknown handles or nonsense give codes and never throw', async () => {
    const { run } = bench();
    const seen = await run((lab) => {
      const bindings = new lab.sw.PeerConnectionBindings(lab.extension);
      const odd: unknown[] = [0, -1, 99999999, Number.NaN, 1.5, null, undefined, 'x', {}, [], () => {}];
      const results: unknown[] = [];
      const names = Object.getOwnPropertyNames(Object.getPrototypeOf(bindings)).filter(
        (name) => name !== 'constructor',
      );
      for (const name of names) {
        for (const handle of odd) {
          const call = (bindings as unknown as Record<string, (...args: unknown[]) => unknown>)[name];
          const value = call?.call(bindings, handle, null, undefined);
          if (value instanceof Promise) continue;
          results.push(typeof value === 'number' ? value : (value as { error: number }).error);
        }
      }
      return { results: [...new Set(results)].sort(), calls: names.length };
    });
    expect(seen.calls).toBeGreaterThan(20);
    expect(seen.results).toEqual([PARAMETER, DOES_NOT_EXIST]);
  });

  rule('R-063 R-067 R-070 handles are never reused, failed creates give none, destroyed ones are unknown', async () => {
    const { run, arrangement } = bench();
    // A thousand real connections take too long.
    const cycles = arrangement.name === 'loopback' ? 1000 : 100;
    const seen = await run((lab, count) => {
      const { sw } = lab;
      const bindings = new sw.PeerConnectionBindings(lab.extension);
      const nothing = (): void => {};
      const callbacks = {
        version: 1 as const,
        context: null,
        onError: nothing,
        onConnected: nothing,
        onDisconnected: nothing,
        onDataChannelReceived: nothing,
        onLocalDescriptionCreated: nothing,
        onLocalIceCandidateFound: nothing,
        onIceGatheringCompleted: nothing,
        onStateChanged: nothing,
      };
      const config = { version: 1 as const, iceServers: [], backend: lab.configuration };
      const handles = new Set<number>();
      for (let i = 0; i < count; i += 1) {
        const { handle } = bindings.connectionCreate(config, callbacks);
        handles.add(handle);
        bindings.connectionDestroy(handle);
      }
      const bad = [
        bindings.connectionCreate({ ...config, version: 2 as never }, callbacks),
        bindings.connectionCreate(config, { ...callbacks, version: 2 as never }),
        bindings.connectionCreate(config, { ...callbacks, onError: undefined as never }),
        bindings.connectionCreate({ ...config, iceServers: [{ urls: 'http:x' }] }, callbacks),
      ];
      const { handle } = bindings.connectionCreate(config, callbacks);
      const channel = bindings.dataChannelCreate(handle, 'x').handle;
      const destroyed = bindings.connectionDestroy(handle);
      const after = [bindings.connectionDestroy(handle), bindings.dataChannelGetLabel(channel).error];
      return { different: handles.size, bad, destroyed, after, valid: sw.isHandleValid(channel) };
    }, cycles);
    expect(seen).toEqual({
      different: cycles,
      bad: new Array(4).fill({ error: PARAMETER, handle: 0 }),
      destroyed: 0,
      after: [DOES_NOT_EXIST, DOES_NOT_EXIST],
      valid: true,
    });
  });

  rule(
    'R-064 R-065 R-066 R-069 R-071 two flat connections talk: callbacks with their context, only inside processEvents',
    async () => {
      const { run } = bench();
      const seen = await run(async (lab) => {
        const { sw } = lab;
        const bindings = new sw.PeerConnectionBindings(lab.extension);
        const log: string[] = [];
        const mail: (() => void)[] = [];
        let inside = 0;
        const contexts = [{ who: 'a' }, { who: 'b' }];
        const handles: number[] = [];
        const opened: number[] = [];
        const contextsOk: boolean[] = [];
        const note = (text: string, context: object, i: number): void => {
          contextsOk.push(context === contexts[i]);
          log.push(`${i} ${text}${inside === i + 1 ? '' : ' OUTSIDE'}`);
        };
        const listen = (channel: number, i: number): void => {
          opened.push(channel);
          bindings.dataChannelSetCallbacks(channel, {
            version: 1,
            context: contexts[i] as object,
            onOpened: (c) => note('opened', c, i),
            onClosed: (c) => note('closed', c, i),
            onError: (message, c) => note(`error ${message}`, c, i),
            onMessage: (data, isText, c) => note(`message ${lab.text(data)} ${isText}`, c, i),
          });
        };
        for (const i of [0, 1]) {
          const other = 1 - i;
          const made = bindings.connectionCreate(
            { version: 1, iceServers: [], backend: lab.configuration },
            {
              version: 1,
              context: contexts[i] as object,
              onError: (message, c) => note(`error ${message !== ''}`, c, i),
              onConnected: (c) => note('connected', c, i),
              onDisconnected: (c) => note('disconnected', c, i),
              onDataChannelReceived: (channel, c) => {
                note(`received ${bindings.dataChannelGetLabel(channel).value}`, c, i);
                listen(channel, i);
              },
              onLocalDescriptionCreated: (type, sdp, c) => {
                note(`description ${type} nested ${bindings.connectionProcessEvents(handles[i] as number)}`, c, i);
                bindings.connectionSetLocalDescription(handles[i] as number, type, sdp);
                mail.push(() => bindings.connectionSetRemoteDescription(handles[other] as number, type, sdp));
              },
              onLocalIceCandidateFound: (candidate) =>
                mail.push(() => bindings.connectionAddRemoteIceCandidate(handles[other] as number, candidate)),
              onIceGatheringCompleted: () => {},
              onStateChanged: () => {},
            },
          );
          handles.push(made.handle);
        }
        const [a, b] = handles as [number, number];
        listen(bindings.dataChannelCreate(a, 'héllo✓', { protocol: 'prötocol' }).handle, 0);
        const offer = bindings.connectionCreateOffer(a);
        let sent = false;
        for (let i = 0; i < 2000 && !log.some((text) => text.includes('message')); i += 1) {
          await lab.turn(2);
          lab.poll();
          for (const deliver of mail.splice(0)) deliver();
          for (const k of [0, 1]) {
            inside = k + 1;
            bindings.connectionProcessEvents(handles[k] as number);
            inside = 0;
          }
          if (!sent && log.includes('0 opened')) {
            sent = true;
            bindings.dataChannelSend(opened[0] as number, lab.bytes('grüße ✓'), true);
          }
        }
        const info = bindings.dataChannelGetInfo(opened[1] as number).value;
        const connected = bindings.connectionIsConnected(b).value;
        bindings.connectionDestroy(a);
        bindings.connectionDestroy(b);
        return { offer, log, contextsOk: contextsOk.every(Boolean), protocol: info?.protocol, connected };
      });
      expect(seen.offer).toBe(0);
      expect(seen.contextsOk).toBe(true);
      expect(seen.connected).toBe(true);
      expect(seen.protocol).toBe('prötocol');
      expect(seen.log.filter((text) => text.includes('OUTSIDE'))).toEqual([]);
      expect(seen.log.filter((text) => text.startsWith('0 '))).toEqual([
        `0 description offer nested ${BUSY}`,
        '0 connected',
        '0 opened',
      ]);
      expect(seen.log.filter((text) => text.startsWith('1 '))).toEqual([
        `1 description answer nested ${BUSY}`,
        '1 connected',
        '1 received héllo✓',
        '1 opened',
        '1 message grüße ✓ true',
      ]);
    },
  );

  rule(
    'R-073 C-37 an extension that leaves methods out warns once a method and answers ERR_UNAVAILABLE, null, CLOSED',
    async () => {
      const { run } = bench();
      const seen = await run((lab) => {
        const { sw } = lab;
        const warnings: string[] = [];
        sw.setLogSink((_level, _name, text) => warnings.push(text));
        const id = `Bare${Math.random().toString(36).slice(2)}`;
        const Bare = { [id]: class extends sw.WebRTCPeerConnectionExtension {} }[
          id
        ] as import('scenewire').ExtensionClass;
        const Half = {
          [id]: class extends sw.WebRTCPeerConnectionExtension {
            override _initialize(): 0 {
              return 0;
            }
          },
        }[id] as import('scenewire').ExtensionClass;
        const bare = new sw.WebRTCPeerConnection({ extension: Bare });
        const again = bare.initialize();
        const half = new sw.WebRTCPeerConnection({ extension: Half });
        const results = {
          bare: [again, bare.getConnectionState(), bare.getGatheringState(), bare.getSignalingState(), bare.poll()],
          half: [half.createDataChannel('x'), half.setRemoteDescription('offer', 'v=0'), half.poll()],
          warnings: warnings.map((text) => text.replace(id, 'X')).filter((text) => text.startsWith('X')),
        };
        half.close();
        sw.setLogSink(null);
        return results;
      });
      expect(seen.bare).toEqual([2, 5, 0, 5, 3]);
      expect(seen.half).toEqual([null, 2, 0]);
      expect(seen.warnings).toEqual([
        'X does not override _initialize',
        'X does not override _createDataChannel',
        'X does not override _setRemoteDescription',
      ]);
    },
  );
};
