import { type Bench, expect, type Section } from '../support/arrangement.js';

const UNCONFIGURED = 3;
const FAILED = 1;
const UNAVAILABLE = 2;
const PARAMETER = 31;
/** Browsers take five seconds and more by themselves. */
const MAX_NOTICED_MS = 1000;

/** Connects, lets "a" say a last word and close, and returns how long "b" takes to notice. */
async function noticeEnd({ pair, run }: Bench): Promise<number> {
  await pair.connect();
  await run((lab) => lab.peer('a').channel('game').putPacket(lab.bytes('last words')));
  await pair.until('b', (lab) => lab.peer('b').channel('game').getAvailablePacketCount() === 1, null);
  await run((lab) => lab.pc('a').close());
  const start = performance.now();
  await pair.until('b', (lab) => lab.pc('b').getConnectionState() === 5, null);
  return performance.now() - start;
}

/** closing, absence, proxies. */
export const closing: Section = (bench, rule) => {
  rule('R-029 C-19 close() never fails, in any state, any number of times', async () => {
    const { pair, run } = bench();
    await pair.connect();
    const seen = await run((lab) => {
      const fresh = lab.make('fresh').connection;
      const offering = lab.make('offering', { channels: { game: {} } }).connection;
      offering.createOffer();
      return [fresh, offering, lab.pc('a')].map((pc) => {
        pc.close();
        pc.close();
        return [pc.getConnectionState(), pc.getSignalingState()];
      });
    });
    expect(seen).toEqual([
      [5, 5],
      [5, 5],
      [5, 5],
    ]);
  });

  rule('R-030 C-18 close() closes every channel at once, emits nothing, and the other side sees it', async () => {
    const { pair, run, runB } = bench();
    await pair.connect({ game: {}, chat: {} });
    const here = await run(async (lab) => {
      const a = lab.peer('a');
      const before = a.signals.length;
      a.connection.close();
      const states = [...a.channels.values()].map((channel) => channel.getReadyState());
      for (let i = 0; i < 40; i += 1) {
        await lab.turn(5);
        lab.poll();
      }
      return { states, emitted: a.signals.slice(before), poll: a.connection.poll() };
    });
    expect(here).toEqual({ states: [3, 3], emitted: [], poll: 0 });
    await pair.until('b', (lab) => [...lab.peer('b').channels.values()].every((c) => c.getReadyState() === 3), null);
    expect(await runB((lab) => lab.peer('b').heard('error_occurred'))).toEqual([]);
  });

  rule('R-031 S4-55 after close() calls give their codes and getters answer', async () => {
    const { run } = bench();
    const seen = await run((lab) => {
      const pc = lab.make('a').connection;
      pc.close();
      return {
        channel: pc.createDataChannel('x'),
        offer: pc.createOffer(),
        codes: [
          pc.setLocalDescription('offer', 'v=0'),
          pc.setRemoteDescription('offer', 'v=0'),
          pc.addIceCandidate('0', 0, 'candidate:1'),
          pc.createAnswer(),
          pc.restartIce(),
          pc.updateIce({ iceServers: [] }),
        ],
        poll: pc.poll(),
        getters: [
          pc.getLocalDescription(),
          pc.getSelectedCandidate(),
          pc.getDataChannels().length,
          pc.isPeerConnected(),
        ],
      };
    });
    expect(seen).toEqual({
      channel: null,
      offer: FAILED,
      codes: new Array(6).fill(UNCONFIGURED),
      poll: 0,
      getters: [null, null, 0, false],
    });
  });

  rule('R-032 S0-10 close() or destroy(), then initialize(), gives a connection that connects', async () => {
    const { pair, run } = bench();
    await pair.make('a', { channels: { old: {} } });
    await pair.make('b');
    const seen = await run((lab) => {
      const a = lab.peer('a');
      a.connection.close();
      const first = a.connection.initialize(lab.configuration);
      const codes = [a.connection.destroy(), a.connection.destroy(), a.connection.poll()];
      const second = a.connection.initialize(lab.configuration);
      a.channels.clear();
      a.open('game');
      return { first, codes, second };
    });
    expect(seen).toEqual({ first: 0, codes: [0, UNCONFIGURED, UNCONFIGURED], second: 0 });
    await pair.offer('a');
    await pair.untilOpen(['game']);
  });

  rule('R-035 a proxy that cannot be honoured is an error and leaves everything as it was', async () => {
    const { pair, run } = bench();
    await pair.connect();
    const seen = await run((lab) => {
      const { WebRTCPeerConnection } = lab.sw;
      const proxy = (type: number, hostAddress: string, hostPort: number) =>
        ({ type, hostAddress, hostPort }) as unknown as import('scenewire').ProxyConfig;
      const pc = lab.pc('a');
      const configure = (proxyConfig: unknown): number =>
        pc.initialize({ ...lab.configuration, proxyConfig: proxyConfig as never });
      const refused = [configure(proxy(1, 'proxy', 8080)), configure(proxy(2, 'proxy', 1080))];
      const wrong = [configure(proxy(1, '', 8080)), configure(proxy(1, 'proxy', 0)), configure(proxy(1, 'p', 65536))];
      const state = pc.getConnectionState();
      const remote = WebRTCPeerConnection.createRemote([], proxy(1, 'proxy', 8080));
      const fine = [proxy(0, '', 0), null].map((proxyConfig) => lab.bare({ proxyConfig }).getConnectionState());
      return { refused, wrong, state, remote: [remote.error, remote.connection.getConnectionState()], fine };
    });
    expect(seen).toEqual({
      refused: [UNAVAILABLE, UNAVAILABLE],
      wrong: [PARAMETER, PARAMETER, PARAMETER],
      state: 2,
      remote: [UNAVAILABLE, 5],
      fine: [0, 0],
    });
  });

  rule(
    'R-045 S0-28 C-26 a remote close reads DISCONNECTED, then CLOSED within a second, and unread packets stay',
    async () => {
      const { pair, runB } = bench();
      // A busy machine may be late once; what waits for a time-out always is.
      let noticedMs = await noticeEnd(bench());
      for (let again = 0; again < 4 && noticedMs > MAX_NOTICED_MS; again += 1) {
        await pair.reset();
        noticedMs = await noticeEnd(bench());
      }
      expect(noticedMs).toBeLessThan(MAX_NOTICED_MS);
      const seen = await runB((lab) => {
        const b = lab.peer('b');
        return {
          heard: b.heard('connection_state_changed', 'disconnected', 'error_occurred').slice(-3),
          channel: b.channel('game').getReadyState(),
          closed: b.heard('channel-closed').length,
          unread: lab.take(b.channel('game')),
          poll: b.connection.poll(),
        };
      });
      expect(seen).toEqual({
        heard: ['connection_state_changed 3', 'disconnected', 'connection_state_changed 5'],
        channel: 3,
        closed: 1,
        unread: ['last words'],
        poll: 0,
      });
    },
  );
};
