import type { WebRTCMultiplayerPeer } from 'scenewire';
import type { PeerMedia } from 'scenewire/media';
import { type Bench, expect, type Section } from '../support/arrangement.js';
import { ANY, FULL, MediaBench, type Side, waysOf } from '../support/media-bench.js';

const UNAVAILABLE = 2;

/** Two members of a mesh, of which `side` alone has its tracks dealt with. */
async function meet({ pair }: Bench, side: Side | 'both'): Promise<void> {
  for (const [who, id, other] of [['a', 2, 3] as const, ['b', 3, 2] as const]) {
    await pair.world(who).run(
      (lab, [name, own, theirs, hasMedia]) => {
        const { connection } = lab.make(name, { to: name === 'a' ? 'b' : 'a' });
        const peer = new lab.sw.WebRTCMultiplayerPeer();
        peer.createMesh(own);
        if (hasMedia) {
          const media = new lab.media.PeerMedia(peer);
          lab.kept[`media ${name}`] = media;
          media.track_added.connect((id, [stream]) => lab.peer(name).signals.push(`track_added ${id} ${stream?.id}`));
        }
        peer.addPeer(connection, theirs);
        lab.kept[`mp ${name}`] = peer;
        lab.polled.push(peer);
      },
      [who, id, other, side === who || side === 'both'] as const,
    );
  }
  await pair.offer('a');
  for (const who of ['a', 'b'] as const) {
    await pair.until(
      who,
      (lab, name) => {
        const peer = lab.kept[`mp ${name}`] as WebRTCMultiplayerPeer;
        return [...peer.getPeers().values()].some(({ connected }) => connected);
      },
      who as string,
    );
  }
}

/** back ends without codecs, and peers that take no tracks, beside those that do. */
export const mediaAbsent: Section = (bench, rule, arrangement) => {
  const open = (): MediaBench => new MediaBench(bench());
  const [a = 'none', b = 'none'] = arrangement.tracks ?? [];

  if (a !== 'full') {
    rule(
      'R-053 without codecs every call of tracks says ERR_UNAVAILABLE, the lists are empty, nothing is told',
      async () => {
        const { pair, run } = bench();
        await pair.make('a', { channels: { game: {} } });
        await pair.make('b');
        const seen = await run(async (lab) => {
          const { connection: pc, signals } = lab.peer('a');
          for (const name of ['track_added', 'track_removed', 'stream_added', 'stream_removed'] as const) {
            pc.connect(name, () => signals.push(name));
          }
          const tracks = [lab.maker.track('audio'), lab.maker.track('video')] as const;
          const [track, other] = tracks;
          const stream = new lab.media.WebRTCMediaStream(
            's',
            tracks.map(lab.media.WebRTCMediaTrack.fromMediaStreamTrack),
          );
          const handle = stream.getTracks()[0]!;
          return {
            media: pc.getCapabilities().media,
            codes: [
              pc.addLocalTrack(track, ['s']),
              pc.addLocalTrack(handle),
              pc.addLocalTrack(null as never),
              pc.removeLocalTrack(track),
              pc.replaceLocalTrack(track, other),
              pc.addStream(stream),
              pc.addStream(lab.maker.stream(tracks)),
              pc.removeStream(stream),
              (await pc.getStats(handle)).error,
            ],
            lists: [pc.getLocalStreams(), pc.getRemoteStreams(), pc.containsTrack(track), pc.containsTrack(handle)],
          };
        });
        expect(seen).toEqual({
          media: false,
          codes: new Array(9).fill(UNAVAILABLE),
          lists: [[], [], false, false],
        });
        // It is a connection as any other.
        await pair.offer('a');
        await pair.untilOpen(['game']);
        const heard = await run((lab) => [
          lab.peer('a').heard('track_added', 'stream_added'),
          lab
            .pc('a')
            .getLocalDescription()
            ?.sdp.match(/^m=\S+/gm),
          lab.errors,
        ]);
        expect(heard).toEqual([[], ['m=application'], []]);
      },
    );
  }

  // Here "b" is a browser and "a" is native.
  if (!arrangement.alone && a === 'packets' && b === 'full') {
    rule(
      'R-053 S0-34 S0-35 an offer with sound and pictures is answered, its tracks are dropped, and the channel works',
      async () => {
        const { pair, run, runB } = bench();
        const media = open();
        await pair.make('b', { media: true, channels: { game: {} } });
        await run((lab) => {
          const { connection, signals } = lab.make('a', { to: 'b' });
          for (const name of ['track_added', 'track_removed', 'stream_added', 'stream_removed'] as const) {
            connection.connect(name, () => signals.push(name));
          }
        });
        await media.send('b', 'voice', 'audio', ['voice']);
        await media.send('b', 'screen', 'video', ['screen']);
        await pair.offer('b');
        await pair.untilOpen(['game']);
        for (const [side, other] of [['a', 'b'] as const, ['b', 'a'] as const]) {
          await media.run(
            side,
            (lab, who) =>
              lab
                .peer(who)
                .channel('game')
                .putPacket(lab.bytes(`from ${who}`)),
            side,
          );
          await pair.until(
            other,
            (lab, who) => lab.peer(who).channel('game').getAvailablePacketCount() === 1,
            other as string,
          );
        }
        const there = await runB((lab) => {
          const sdp = lab.pc('b').getRemoteDescription()?.sdp ?? '';
          return {
            sections: sdp
              .match(/^m=\S+ \d/gm)
              ?.map((line) => line.replace(/ 0$/, ' refused').replace(/ \d$/, ''))
              .sort(),
            inactive: sdp.match(/^a=inactive/gm)?.length,
            heard: lab.peer('b').media.heard,
            state: lab.pc('b').getConnectionState(),
          };
        });
        expect(there).toEqual({
          sections: ['m=application', 'm=audio', 'm=video'],
          inactive: 2,
          heard: [],
          state: 2,
        });
        const here = await run((lab) => ({
          heard: lab
            .peer('a')
            .heard('track_added', 'track_removed', 'stream_added', 'stream_removed', 'error_occurred'),
          streams: lab.pc('a').getRemoteStreams(),
          errors: lab.errors,
        }));
        expect(here).toEqual({ heard: [], streams: [], errors: [] });
      },
    );
  }

  for (const { from, to, tail } of waysOf(arrangement, { from: FULL, to: ANY })) {
    rule(
      `R-053 D10 who did not announce that it takes tracks is left in peace, and the game goes on${tail}`,
      async () => {
        const { pair } = bench();
        const media = open();
        await meet(bench(), from);
        await media.run(
          from,
          (lab, who) => {
            const track = lab.maker.track('audio');
            lab.kept.track = track;
            (lab.kept[`media ${who}`] as PeerMedia).addLocalTrack(track);
          },
          from as string,
        );
        await pair.frames(30);
        for (const side of ['a', 'b'] as const) {
          const seen = await media.run(
            side,
            (lab, who) => {
              const pc = lab.pc(who);
              const peer = lab.kept[`mp ${who}`] as WebRTCMultiplayerPeer;
              peer.setTargetPeer(0);
              return {
                rounds: lab.peer(who).heard('signaling_state_changed').length,
                sections: [pc.getLocalDescription(), pc.getRemoteDescription()].map(
                  (description) => description?.sdp.match(/^m=(?:audio|video)/gm) ?? null,
                ),
                state: pc.getConnectionState(),
                put: peer.putPacket(lab.bytes(`from ${who}`)),
              };
            },
            side as string,
          );
          expect(seen).toEqual({ rounds: 2, sections: [null, null], state: 2, put: 0 });
        }
        for (const side of [from, to]) {
          const polled = (lab: Parameters<Parameters<typeof pair.until>[1]>[0], who: unknown): boolean =>
            (lab.kept[`mp ${who}`] as WebRTCMultiplayerPeer).getAvailablePacketCount() === 1;
          await pair.until(side, polled, side as string);
        }
      },
    );
  }

  for (const { from, to, tail } of waysOf(arrangement, { from: FULL, to: FULL }).slice(0, 1)) {
    rule(
      `R-047 R-054 D10 between peers that announced it, a track needs no signalling of the game${tail}`,
      async () => {
        const { pair } = bench();
        const media = open();
        await meet(bench(), 'both');
        // No letter is carried from here on.
        await media.run(
          from,
          (lab, who) => {
            lab.peer(who).to = null;
            (lab.kept[`media ${who}`] as PeerMedia).addLocalTrack(lab.maker.track('audio'));
          },
          from as string,
        );
        await pair.until(to, (lab, who) => lab.peer(who).heard('track_added').length === 1, to as string);
        expect(await media.run(to, (lab, who) => lab.peer(who).heard('track_added'), to as string)).toEqual([
          `track_added ${from === 'a' ? 2 : 3} voice`,
        ]);
      },
    );
  }
};
