import { expect, type Section } from '../support/arrangement.js';
import { FULL, MediaBench, waysOf } from '../support/media-bench.js';

const DOES_NOT_EXIST = 33;
const ALREADY_EXISTS = 32;
const PARAMETER = 31;
const UNCONFIGURED = 3;

/** What is sent from here: the codes of the calls, tracks that end, and connections that end with tracks. */
export const mediaLife: Section = (bench, rule, arrangement) => {
  const open = (): MediaBench => new MediaBench(bench());
  const [a] = arrangement.tracks ?? ['none'];

  if (arrangement.alone && a === 'full') {
    rule(
      'S0-04 S0-06 S0-13 S3-11 S3-27 S3-34 S3-50 S3-51 C-34 tracks and streams of the platform: codes, and the lists',
      async () => {
        const { pair, run } = bench();
        await pair.make('a', { media: true, channels: { game: {} } });
        await run((lab) => lab.pc('a').addLocalTrack(lab.peer('a').media.track('voice'), ['room']));
        await pair.until('a', (lab) => lab.pc('a').getLocalStreams().length === 1, null);
        const seen = await run((lab) => {
          const pc = lab.pc('a');
          const [voice, other] = [lab.peer('a').media.track('voice'), lab.maker.track('audio')];
          const handle = lab.media.WebRTCMediaTrack.fromMediaStreamTrack(voice);
          const stream = lab.maker.stream([lab.maker.track('audio'), lab.maker.track('video')]);
          const half = lab.maker.stream([lab.maker.track('audio'), voice]);
          const names = (): string[] => pc.getLocalStreams().map(({ id }) => (id === stream.id ? 'stream' : id));
          const ownStream = new lab.media.WebRTCMediaStream('own', [
            lab.media.WebRTCMediaTrack.fromMediaStreamTrack(lab.maker.track('audio')),
          ]);
          const results = {
            again: [pc.addLocalTrack(voice), pc.addLocalTrack(handle, ['room'])],
            none: [null, undefined, {}, 'track', { id: 'x', kind: 'smell' }].map((no) => pc.addLocalTrack(no as never)),
            name: ['with a blank', '', '-', 'x'.repeat(65)].map((name) => pc.addLocalTrack(other, [name])),
            unknown: [pc.removeLocalTrack(other), pc.removeStream(stream), pc.replaceLocalTrack(other, voice)],
            contains: [pc.containsTrack(voice), pc.containsTrack(handle), pc.containsTrack(other)],
            streams: [pc.addStream(stream), pc.addStream(stream), pc.addStream(half), pc.addStream(ownStream)],
            lists: [names(), pc.removeStream(stream), pc.removeStream(stream), pc.removeStream(ownStream), names()],
            kept: ownStream.getTracks().length,
            replaced: [pc.replaceLocalTrack(handle, other), pc.containsTrack(voice), pc.containsTrack(other)],
            kind: pc.replaceLocalTrack(other, lab.maker.track('video')),
            removed: [pc.removeLocalTrack(other), pc.removeLocalTrack(other), names()],
            errors: lab.errors.length,
          };
          lab.errors.length = 0;
          return results;
        });
        expect(seen).toEqual({
          again: [ALREADY_EXISTS, ALREADY_EXISTS],
          none: new Array(5).fill(PARAMETER),
          name: new Array(4).fill(PARAMETER),
          unknown: [DOES_NOT_EXIST, DOES_NOT_EXIST, DOES_NOT_EXIST],
          contains: [true, true, false],
          // All of a stream's tracks, or none.
          streams: [0, ALREADY_EXISTS, ALREADY_EXISTS, 0],
          lists: [['room', 'stream', 'own'], 0, DOES_NOT_EXIST, 0, ['room']],
          kept: 1,
          replaced: [0, false, true],
          kind: PARAMETER,
          removed: [0, DOES_NOT_EXIST, []],
          // Every refusal was reported once.
          errors: 19,
        });
      },
    );
  }

  for (const { from, to, tail } of waysOf(arrangement, { from: FULL, to: FULL }).slice(0, 1)) {
    rule(
      `R-051 C-34 a track of the page that ends by itself is still sent, and can be taken back or replaced${tail}`,
      async () => {
        const { pair } = bench();
        const media = open();
        await media.connect();
        await media.send(from, 'voice', 'audio', ['one']);
        await media.heard(to, 2);
        const ended = await media.run(
          from,
          (lab, who) => {
            const track = lab.peer(who).media.track('voice') as { stop?(): void; readyState?: string } & Parameters<
              ReturnType<typeof lab.pc>['containsTrack']
            >[0];
            track.stop?.();
            return ['readyState' in track && track.readyState, lab.pc(who).containsTrack(track)];
          },
          from as string,
        );
        expect(ended).toEqual(['ended', true]);
        await pair.frames(20);
        // Nothing is told on either side: what is agreed on has not changed.
        expect(await media.heard(to, 2)).toEqual(['+stream one', '+audio one']);
        const codes = await media.run(
          from,
          (lab, who) => {
            const peer = lab.peer(who);
            const voice = peer.media.track('voice');
            const other = lab.maker.track('audio');
            const replaced = peer.connection.replaceLocalTrack(voice, other);
            return [replaced, peer.connection.containsTrack(voice), peer.connection.removeLocalTrack(other)];
          },
          from as string,
        );
        expect(codes).toEqual([0, false, 0]);
        expect((await media.heard(to, 4)).slice(2)).toEqual(['-audio one', '-stream one']);
        expect(await media.complaints()).toEqual([]);
      },
    );

    rule(`R-030 R-031 S3-66 a connection that is closed with tracks leaves none behind${tail}`, async () => {
      const { pair } = bench();
      const media = open();
      await media.connect();
      await media.send(from, 'voice', 'audio', ['one']);
      await media.untilReceived(to, ['audio one']);
      await media.settle();
      await media.send(to, 'reply', 'video', ['two']);
      await media.untilReceived(from, ['video two']);
      const here = await media.run(
        from,
        (lab, who) => {
          const { connection: pc, media: tracks } = lab.peer(who);
          const [remote] = pc.getRemoteStreams()[0]?.getTracks() ?? [];
          const own = tracks.track('voice');
          const before = tracks.heard.length;
          pc.close();
          const codes = [pc.addLocalTrack(own), pc.removeLocalTrack(own), pc.addStream({} as never)];
          pc.poll();
          return {
            codes,
            told: tracks.heard.length - before,
            states: [pc.getConnectionState(), pc.getSignalingState()],
            lists: [pc.getLocalStreams().length, pc.getRemoteStreams().length, pc.containsTrack(own)],
            owner: remote?.parentConnection,
            // It is the page's, which may send it elsewhere.
            own: own.readyState,
          };
        },
        from as string,
      );
      expect(here).toEqual({
        codes: [UNCONFIGURED, UNCONFIGURED, UNCONFIGURED],
        told: 0,
        states: [5, 5],
        lists: [0, 0, false],
        owner: null,
        own: 'live',
      });
      await pair.until(to, (lab, who) => lab.pc(who).getConnectionState() === 5, to as string);
      const there = await media.run(
        to,
        (lab, who) => {
          const { connection: pc, media: tracks } = lab.peer(who);
          return [pc.getRemoteStreams().length, pc.getLocalStreams().length, tracks.track('reply').readyState];
        },
        to as string,
      );
      expect(there).toEqual([0, 0, 'live']);
    });
  }
};
