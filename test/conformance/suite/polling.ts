import { expect, type Section } from '../support/arrangement.js';

/** nothing happens between polls; starting over. */
export const polling: Section = (bench, rule) => {
  rule('R-001 no listener runs until poll() is called', async () => {
    const { run } = bench();
    const heard = await run(async (lab) => {
      const a = lab.make('a', { channels: { game: {} } });
      a.connection.createOffer();
      await lab.turn(500);
      const before = a.signals.length;
      lab.poll();
      return { before, after: a.heard('session_description_created') };
    });
    expect(heard).toEqual({ before: 0, after: ['session_description_created offer'] });
  });

  rule(
    'R-002 R-003 D3 a listener that throws stops neither the others nor later events, and poll() returns OK',
    async () => {
      const { pair, run } = bench();
      await pair.make('b');
      await pair.world('a').run((lab) => {
        const a = lab.make('a', { to: 'b', channels: { game: {} } });
        for (const name of a.connection.getSignalList()) {
          a.connection.connect(name as 'connected', () => {
            throw new Error(`thrown by ${name}`);
          });
          a.connection.addEventListener(name as 'connected', () => {
            throw new Error(`thrown by the event ${name}`);
          });
        }
      }, null);
      await pair.offer('a');
      await pair.untilOpen(['game']);
      const seen = await run((lab) => ({
        errors: lab.errors.length,
        ok: lab.pc('a').poll(),
        heard: lab.peer('a').heard('connected'),
      }));
      expect(seen.ok).toBe(0);
      expect(seen.heard).toEqual(['connected']);
      expect(seen.errors).toBeGreaterThan(10);
    },
  );

  rule('R-002 D3 what a listener causes to be queued comes with the next poll()', async () => {
    const { pair, run } = bench();
    await pair.make('a', { channels: { game: {} } });
    await pair.make('b');
    await run((lab) => {
      const a = lab.peer('a');
      a.connection.session_description_created.connect(() => a.signals.push('-- end of listener'));
      const poll = a.connection.poll.bind(a.connection);
      a.connection.poll = () => {
        a.signals.push('-- poll');
        return poll();
      };
    });
    await pair.offer('a');
    await pair.until('a', (lab) => lab.peer('a').heard('signaling_state_changed').length > 0, null);
    const signals = await run((lab) => lab.peer('a').signals);
    const created = signals.indexOf('session_description_created offer');
    const changed = signals.indexOf('signaling_state_changed 1');
    expect(signals.slice(created, changed)).toContain('-- poll');
  });

  rule('R-004 close(), destroy() and initialize() inside a listener end the delivery', async () => {
    const { run } = bench();
    const heard = await run(async (lab) => {
      const results: Record<string, unknown> = {};
      for (const action of ['close', 'destroy', 'initialize'] as const) {
        const a = lab.make(action, { channels: { game: {} } });
        // The first event of the offer ends it; the description behind it must not come.
        a.connection.connection_state_changed.connect(() => void a.connection[action]());
        a.connection.createOffer();
        await lab.turn(200);
        const ok = a.connection.poll();
        await lab.turn(50);
        a.connection.poll();
        results[action] = [ok, a.heard('session_description_created', 'ice_candidate_created')];
      }
      return results;
    });
    expect(heard).toEqual({ close: [0, []], destroy: [0, []], initialize: [0, []] });
  });

  rule('R-005 after createOffer() and initialize() nothing of the first connection arrives', async () => {
    const { run } = bench();
    const signals = await run(async (lab) => {
      const a = lab.make('a', { channels: { game: {} } });
      a.connection.createOffer();
      a.connection.initialize(lab.configuration);
      for (let i = 0; i < 20; i += 1) {
        await lab.turn(10);
        lab.poll();
      }
      return a.signals;
    });
    expect(signals).toEqual([]);
  });

  rule('R-006 changing the configuration after initialize() changes nothing', async () => {
    const { run } = bench();
    const servers = await run((lab) => {
      const server = { urls: ['stun:127.0.0.1:3478'] };
      const configuration = { ...lab.configuration, iceServers: [server] };
      const a = lab.make('a');
      a.connection.initialize(configuration);
      server.urls.push('stun:127.0.0.1:3479');
      configuration.iceServers.push({ urls: ['stun:127.0.0.1:3480'] });
      const [first] = a.connection.getIceServers();
      return [a.connection.getIceServers().length, first?.urls];
    });
    expect(servers).toEqual([1, ['stun:127.0.0.1:3478']]);
  });

  rule('R-007 bad ICE servers are refused and the running connection stays as it was', async () => {
    const { pair, run } = bench();
    await pair.connect();
    const codes = await run((lab) => {
      const pc = lab.pc('a');
      const bad = [{}, null, 'stun:x', { urls: 'http://x' }, { urls: ['stun:ok', 'ftp:x'] }, { urls: [] }, { urls: 5 }];
      return {
        codes: bad.map((server) => pc.initialize({ ...lab.configuration, iceServers: [server] as never })),
        ignored: lab.bare().initialize({ ...lab.configuration, iceServers: 'no list' as never }),
        one: lab.bare().initialize({ ...lab.configuration, iceServers: [{ urls: 'stun:127.0.0.1' }] }),
        legacy: lab.bare().initialize({ ...lab.configuration, iceServers: [{ uri: 'stun:127.0.0.1' }] }),
        state: pc.getConnectionState(),
      };
    });
    const parameter = 31;
    expect(codes).toEqual({ codes: new Array(7).fill(parameter), ignored: 0, one: 0, legacy: 0, state: 2 });
  });

  rule('R-008 initialize() on a connected object starts over and the other side sees its channels close', async () => {
    const { pair, run, runB } = bench();
    await pair.connect({ game: {}, chat: {} });
    const here = await run((lab) => {
      const pc = lab.pc('a');
      const before = pc.getDataChannels();
      const err = pc.initialize(lab.configuration);
      return {
        err,
        states: [pc.getConnectionState(), pc.getGatheringState(), pc.getSignalingState()],
        descriptions: [pc.getLocalDescription(), pc.getRemoteDescription()],
        old: before.map((channel) => channel.getReadyState()),
        now: pc.getDataChannels().length,
      };
    });
    expect(here).toEqual({ err: 0, states: [0, 0, 0], descriptions: [null, null], old: [3, 3], now: 0 });
    await pair.until('b', (lab) => [...lab.peer('b').channels.values()].every((c) => c.getReadyState() === 3), null);
    expect(await runB((lab) => lab.peer('b').heard('channel-closed').length)).toBe(2);
  });

  rule('R-009 a fresh object works and the default extension can be replaced', async () => {
    const { run } = bench();
    const seen = await run((lab) => {
      class MyExtension extends lab.sw.WebRTCPeerConnectionExtension {
        override _initialize(): 0 {
          return 0;
        }
      }
      const { WebRTCPeerConnection } = lab.sw;
      const replaced = WebRTCPeerConnection.setDefaultExtension(MyExtension);
      const made = new WebRTCPeerConnection();
      const refused = WebRTCPeerConnection.setDefaultExtension(class {} as never);
      const still = new WebRTCPeerConnection().extension instanceof MyExtension;
      const restored = WebRTCPeerConnection.setDefaultExtension(null);
      const fresh = lab.bare();
      return {
        codes: [replaced, refused, restored],
        isMine: made.extension instanceof MyExtension,
        isConnection: made instanceof WebRTCPeerConnection,
        still,
        fresh: [fresh.getConnectionState(), fresh.createDataChannel('x') !== null],
      };
    });
    expect(seen).toEqual({ codes: [0, 31, 0], isMine: true, isConnection: true, still: true, fresh: [0, true] });
  });
};
