import { expect, type Section } from '../support/arrangement.js';

/** D18: the simulated network says the same wherever it runs. */
export const simulation: Section = (bench, rule) => {
  rule('D18 the same seed gives the same event log everywhere', async () => {
    const { run } = bench();
    const log = await run((lab) => {
      const { LoopbackNetwork, ManualClock } = lab.testing;
      const clock = new ManualClock();
      const conditions = { latencyMs: 40, jitterMs: 15, lossRate: 0.1, reorderRate: 0.05, reorderByMs: 30 };
      const network = new LoopbackNetwork({ clock, seed: 7, conditions });
      const make = () => new lab.sw.WebRTCPeerConnection({ extension: network.Extension });
      const [a, b] = [make(), make()];
      const lines: string[] = [];
      const join = (from: typeof a, to: typeof a): void => {
        from.session_description_created.connect((type, sdp) => {
          from.setLocalDescription(type, sdp);
          to.setRemoteDescription(type, sdp);
        });
        from.ice_candidate_created.connect((media, index, name) => void to.addIceCandidate(media, index, name));
      };
      join(a, b);
      join(b, a);
      const sent = a.createDataChannel('state', { ordered: false, maxRetransmits: 0 });
      b.data_channel_received.connect((channel) => {
        channel.packet_received.connect(() => lines.push(`${clock.now()} ${channel.getPacket()[0]}`));
      });
      a.createOffer();
      for (let frame = 0; frame < 400; frame += 1) {
        clock.advance(10);
        if (frame === 200) network.setConditions({ partitioned: true });
        if (frame === 250) network.setConditions({ partitioned: false, bandwidthBps: 64_000 });
        sent?.putPacket(new Uint8Array([frame & 255]));
        a.poll();
        b.poll();
      }
      a.close();
      b.close();
      let hash = 0x811c9dc5;
      for (const byte of lab.bytes(lines.join('\n'))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
      return { count: lines.length, hash: hash.toString(16) };
    });
    expect(log).toEqual({ count: 258, hash: '54406ac1' });
  });
};
