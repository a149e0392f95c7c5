import { expect, type Section } from '../support/arrangement.js';
import { ANY, FULL, MediaBench, waysOf } from '../support/media-bench.js';

/** what is told of tracks that the other side sends, by back ends that tell of them. */
export const mediaStreams: Section = (bench, rule, arrangement) => {
  const open = (): MediaBench => new MediaBench(bench());

  for (const { from, to, tail } of waysOf(arrangement, { from: ANY, to: FULL })) {
    rule(
      `R-047 R-050 R-052 S2-126 S2-127 S2-133 C-35 tracks are told with their streams, once, and unknown_remote has the rest${tail}`,
      async () => {
        const media = open();
        await media.connect();
        // A track without a stream, and another one, share the default stream.
        await media.send(from, 'one', 'audio', []);
        await media.send(from, 'two', 'video', []);
        expect(await media.heard(to, 3)).toEqual([
          '+stream unknown_remote',
          '+audio unknown_remote',
          '+video unknown_remote',
        ]);
        await media.send(from, 'many', 'audio', ['voice', 'team', 'voice']);
        const added = await media.heard(to, 6);
        expect(added.slice(3)).toEqual(['+stream voice', '+stream team', '+audio voice,team']);
        await media.stop(from, 'many');
        await media.stop(from, 'one');
        await media.stop(from, 'two');
        const removed = (await media.heard(to, 12)).slice(6);
        expect(removed).toHaveLength(6);
        // Tracks first, then the streams that they leave empty.
        expect(removed.indexOf('-audio voice,team')).toBeLessThan(removed.indexOf('-stream voice'));
        expect(removed.indexOf('-stream voice') + 1).toBe(removed.indexOf('-stream team'));
        expect(removed.indexOf('-stream unknown_remote')).toBeGreaterThan(removed.indexOf('-audio unknown_remote'));
        expect(removed.indexOf('-stream unknown_remote')).toBeGreaterThan(removed.indexOf('-video unknown_remote'));
        // The list has changed when a stream is told of, and when a track is.
        expect(await media.run(to, (lab, who) => lab.peer(who).media.counts.slice(0, 3), to)).toEqual([1, 3, 3]);
        expect(await media.run(to, (lab, who) => lab.pc(who).getRemoteStreams().length, to)).toBe(0);
        expect(await media.complaints()).toEqual([]);
      },
    );

    rule(
      `R-048 R-049 R-051 S2-128 S2-129 S2-130 S2-131 S2-132 C-36 a stream is one object, with one active track of a kind at most${tail}`,
      async () => {
        const media = open();
        await media.connect();
        await media.send(from, 'first', 'audio', ['one']);
        await media.heard(to, 2);
        await media.send(from, 'picture', 'video', ['one', 'two']);
        await media.heard(to, 4);
        await media.send(from, 'second', 'audio', ['one']);
        expect(await media.heard(to, 5)).toEqual([
          '+stream one',
          '+audio one',
          '+stream two',
          '+video one,two',
          '+audio one',
        ]);
        const before = await media.run(
          to,
          (lab, who) => {
            const [one, two] = lab.pc(who).getRemoteStreams();
            lab.kept.streams = [one, two];
            const [first, picture, second] = one?.getTracks() ?? [];
            lab.kept.tracks = [first, picture, second];
            return {
              // The first of each kind, and not the one that came behind it.
              wasActive: lab.peer(who).media.wasActive,
              one: [one?.activeAudioTrack === first, one?.activeVideoTrack === picture, one?.getTracks().length],
              two: [two?.activeAudioTrack, two?.activeVideoTrack === picture, two?.getTracks().length],
              isOwned: [first, picture, second].every((track) => track?.parentConnection === lab.pc(who)),
              handles: new Set([first, picture, second].map((track) => track?.handle)).size,
            };
          },
          to,
        );
        expect(before).toEqual({
          wasActive: [true, true, false],
          one: [true, true, 3],
          two: [null, true, 1],
          isOwned: true,
          handles: 3,
        });

        await media.stop(from, 'first');
        await media.heard(to, 6);
        const after = await media.run(
          to,
          (lab, who) => {
            const [one, two] = lab.kept.streams as ReturnType<ReturnType<typeof lab.pc>['getRemoteStreams']>;
            const [first, picture, second] = lab.kept.tracks as ReturnType<NonNullable<typeof one>['getTracks']>;
            return {
              active: [one?.activeAudioTrack, one?.activeVideoTrack === picture],
              tracks: [one?.getTracks().includes(second!), one?.getTracks().length],
              owners: [first?.parentConnection, second?.parentConnection === lab.pc(who)],
              contains: [lab.pc(who).containsTrack(first!), lab.pc(who).containsTrack(second!)],
              two: two?.getTracks().length,
            };
          },
          to,
        );
        expect(after).toEqual({
          active: [null, true],
          tracks: [true, 2],
          owners: [null, true],
          contains: [false, true],
          two: 1,
        });

        await media.stop(from, 'picture');
        await media.stop(from, 'second');
        expect((await media.heard(to, 10)).slice(5).sort()).toEqual([
          '-audio one',
          '-audio one',
          '-stream one',
          '-stream two',
          '-video one,two',
        ]);
        await media.send(from, 'again', 'audio', ['one']);
        await media.heard(to, 12);
        const back = await media.run(
          to,
          (lab, who) => {
            const [one] = lab.pc(who).getRemoteStreams();
            const [track] = one?.getTracks() ?? [];
            return [
              one === (lab.kept.streams as unknown[])[0],
              one?.getTracks().length,
              one?.activeAudioTrack === track,
            ];
          },
          to,
        );
        expect(back).toEqual([true, 1, true]);
        expect(await media.complaints()).toEqual([]);
      },
    );
  }

  if (arrangement.tracks?.[1] !== 'full') return;

  /** "b" gets a track from "a", of which its back end tells with these changes. */
  const mistell = async (changes: { source?: object; streams?: readonly (string | null)[] }): Promise<void> => {
    const { pair, runB } = bench();
    await pair.make('a', { media: true, channels: { game: {} } });
    await runB((lab, change) => {
      class Mistelling extends ((lab.extension as typeof lab.sw.BrowserPeerConnection) ??
        lab.sw.BrowserPeerConnection) {
        override _openMedia(...args: Parameters<InstanceType<typeof lab.sw.BrowserPeerConnection>['_openMedia']>) {
          const driver = super._openMedia(...args);
          const received = driver.received.bind(driver);
          return Object.assign(driver, {
            received: () => received().map((track) => ({ ...track, ...(change as object) })),
          });
        }
      }
      lab.make('b', { to: 'a', media: true, extension: Mistelling });
    }, changes);
    await pair.offer('a');
    await pair.untilOpen(['game']);
    await open().send('a', 'voice', 'audio', ['voice']);
  };

  rule('R-046 a back end that tells of a track that is none: one report, no signal, nothing stored', async () => {
    const { pair, runB } = bench();
    await mistell({ source: { id: 'x', kind: 'smell' } });
    await pair.until('b', (lab) => lab.errors.length > 0, null);
    await pair.frames(5);
    const seen = await runB((lab) => ({
      errors: lab.errors.splice(0),
      heard: lab.peer('b').media.heard,
      streams: lab.pc('b').getRemoteStreams().length,
      state: lab.pc('b').getConnectionState(),
    }));
    expect(seen).toEqual({ errors: [expect.stringContaining('track')], heard: [], streams: 0, state: 2 });
  });

  rule('R-047 R-050 S1-46 S2-126 S2-133 a name given twice counts once, and null is unknown_remote', async () => {
    const { runB } = bench();
    await mistell({ streams: ['one', null, 'one', 'two', null] });
    expect(await open().heard('b', 4)).toEqual([
      '+stream one',
      '+stream unknown_remote',
      '+stream two',
      '+audio one,unknown_remote,two',
    ]);
    const lengths = await runB((lab) =>
      lab
        .pc('b')
        .getRemoteStreams()
        .map((stream) => stream.getTracks().length),
    );
    expect(lengths).toEqual([1, 1, 1]);
  });
};
