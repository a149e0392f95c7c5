import { expect, type Section } from '../support/arrangement.js';
import { FULL, MediaBench, type Side, waysOf } from '../support/media-bench.js';

const HERTZ = 700;
const PATIENCE = { timeout: 60_000, interval: 50 };

/** What is sent is what arrives: looked at where a page can hear and see. */
export const mediaFlow: Section = (bench, rule, arrangement) => {
  const open = (): MediaBench => new MediaBench(bench());
  // A package in Node has neither ears nor eyes.
  const senses = arrangement.name === 'wrtc' ? [] : FULL;

  /** The loudest frequency of the one track of sound that a side receives. */
  const hear = async (media: MediaBench, side: Side): Promise<number> => {
    await bench().pair.frames(1);
    return media.run(
      side,
      async (lab, who) => {
        const track = lab
          .pc(who)
          .getRemoteStreams()
          .flatMap((stream) => stream.getTracks())
          .find(({ kind }) => kind === 0);
        return track === undefined ? -1 : lab.senses.hear(track.source);
      },
      side as string,
    );
  };

  for (const { from, to, tail } of waysOf(arrangement, { from: senses, to: senses })) {
    rule(
      `R-052 R-056 S3-65 C-34 a tone is heard at the other side with its frequency, until it is removed${tail}`,
      async () => {
        const media = open();
        await media.connect();
        const hertz = await media.run(
          from,
          async (lab, [who, wanted]) => {
            const tone = await lab.senses.say(wanted);
            lab.peer(who).media.track('tone', 'audio', tone.track);
            lab.peer(who).media.send('tone', 'audio', ['tone']);
            return tone.hertz;
          },
          [from, HERTZ] as const,
        );
        await media.untilReceived(to, ['audio tone']);
        await expect
          .poll(() => hear(media, to), PATIENCE)
          .toSatisfy((heard: number) => Math.abs(heard - hertz) <= 30, `about ${hertz} Hz`);
        for (const side of [from, to]) {
          const stats = await media.run(
            side,
            async (lab, [who, isSender]) => {
              const { connection, media: tracks } = lab.peer(who);
              const [remote] = connection.getRemoteStreams()[0]?.getTracks() ?? [];
              const own = lab.media.WebRTCMediaTrack.fromMediaStreamTrack(tracks.track('tone'));
              const { error, bytesSent, bytesReceived } = await connection.getStats(isSender ? own : remote);
              return [error, (isSender ? bytesSent : bytesReceived) > 0];
            },
            [side, side === from] as const,
          );
          expect(stats).toEqual([0, true]);
        }
        await media.stop(from, 'tone');
        await media.untilReceived(to, []);
        expect(await hear(media, to)).toBe(-1);
        expect(await media.complaints()).toEqual([]);
      },
    );

    rule(`R-052 C-34 a picture is seen at the other side, and another one in its place${tail}`, async () => {
      const media = open();
      await media.connect();
      const draw = (colour: string): Promise<number> =>
        media.run(
          from,
          (lab, [who, wanted]) => {
            const { connection, media: tracks } = lab.peer(who);
            const picture = lab.senses.draw(wanted);
            const before = lab.kept.picture as typeof picture | undefined;
            lab.kept.picture = picture;
            if (before !== undefined) return connection.replaceLocalTrack(before, picture);
            tracks.track('picture', 'video', picture);
            return tracks.send('picture', 'video', ['screen']);
          },
          [from, colour] as const,
        );
      /** Red, green and blue, each much or little. */
      const see = async (): Promise<string> => {
        await bench().pair.frames(1);
        return media.run(
          to,
          (lab, who) => {
            const [track] = lab.pc(who).getRemoteStreams()[0]?.getTracks() ?? [];
            if (track === undefined) return '';
            return lab.senses
              .see(track.source)
              .map((part) => (part > 128 ? 1 : 0))
              .join('');
          },
          to as string,
        );
      };
      expect(await draw('red')).toBe(0);
      await media.untilReceived(to, ['video screen']);
      await expect.poll(see, PATIENCE).toBe('100');
      expect(await draw('lime')).toBe(0);
      await expect.poll(see, PATIENCE).toBe('010');
      // The same track at this side.
      expect(await media.heard(to, 2)).toEqual(['+stream screen', '+video screen']);
      expect(await media.complaints()).toEqual([]);
    });
  }
};
