import { expect, type Section } from '../support/arrangement.js';
import { ANY, FULL, MediaBench, type Side, waysOf } from '../support/media-bench.js';

const GLARES = 20;

/** Both sides put a numbered reliable packet in every frame, from now on until `ebb`. */
async function flow({ bench: { pair } }: MediaBench): Promise<void> {
  for (const side of ['a', 'b'] as const) {
    await pair.world(side).run((lab, who) => {
      const channel = lab.peer(who).channel('game');
      const flowing = { isOn: true, sent: 0, received: [] as string[] };
      lab.kept[`flow ${who}`] = flowing;
      lab.polled.push({
        poll() {
          flowing.received.push(...lab.take(channel));
          if (!flowing.isOn) return;
          flowing.sent += 1;
          channel.putPacket(lab.bytes(String(flowing.sent)));
        },
      });
    }, side);
  }
}

/** Everything that was sent has arrived once and in order, on both sides, and it was not nothing. */
async function ebb({ bench: { pair } }: MediaBench): Promise<void> {
  const sent = { a: 0, b: 0 };
  for (const side of ['a', 'b'] as const) {
    sent[side] = await pair.world(side).run((lab, who) => {
      const flowing = lab.kept[`flow ${who}`] as { isOn: boolean; sent: number };
      flowing.isOn = false;
      return flowing.sent;
    }, side as Side);
    expect(sent[side]).toBeGreaterThan(50);
  }
  for (const [side, count] of [['a', sent.b] as const, ['b', sent.a] as const]) {
    await pair.until(
      side,
      (lab, [who, wanted]) => (lab.kept[`flow ${who}`] as { received: string[] }).received.length >= wanted,
      [side, count] as const,
    );
    const received = await pair
      .world(side)
      .run((lab, who) => (lab.kept[`flow ${who}`] as { received: string[] }).received, side as Side);
    expect(received).toEqual(Array.from({ length: count }, (_, n) => String(n + 1)));
  }
}

/** agreeing anew while the game goes on. */
export const mediaAgreeing: Section = (bench, rule, arrangement) => {
  const open = (): MediaBench => new MediaBench(bench());
  const [a, b] = arrangement.tracks ?? ['none', 'none'];

  if (a !== 'none' && b !== 'none') {
    rule(
      `R-054 both sides want to add or remove a track in the same moment, ${GLARES} times, and nothing reliable is lost`,
      async () => {
        const media = open();
        await media.connect();
        await flow(media);
        for (let n = 0; n < GLARES; n += 1) {
          // No word gets through until both have made their offers.
          bench().pair.isHeld = true;
          const before = await media.offers();
          // Of the same kind, and of two: each brings its own numbers into the descriptions, which must not contradict.
          const kinds = { a: 'audio', b: n % 4 < 2 ? 'audio' : 'video' } as const;
          for (const side of ['a', 'b'] as const) {
            // The same tracks each time.
            const kind = kinds[side];
            const done = n % 2 === 0 ? media.send(side, kind, kind, [side]) : media.stop(side, kind);
            expect(await done).toBe(0);
          }
          for (const side of ['a', 'b'] as const) {
            await bench().pair.until(side, (lab, [who, count]) => lab.peer(who).media.made.offer === count, [
              side,
              before[side] + 1,
            ] as const);
          }
          bench().pair.isHeld = false;
          // The polite one at last, which makes its offer again.
          await media.untilReceived('b', n % 2 === 0 ? ['audio a'] : []);
          await media.untilReceived('a', n % 2 === 0 ? [`${kinds.b} b`] : []);
        }
        await ebb(media);
        const sections = await media.run(
          'b',
          (lab) =>
            lab
              .pc('b')
              .getLocalDescription()
              ?.sdp.match(/^m=audio/gm)?.length ?? 0,
          null,
        );
        // Sections are used again: a description does not grow with every track.
        expect(sections).toBeLessThanOrEqual(2);
        expect(await media.complaints()).toEqual([]);
      },
    );
  }

  for (const { from, to, tail } of waysOf(arrangement, { from: FULL, to: FULL })) {
    rule(`R-054 C-11 tracks of both sides from before the first offer need no second one${tail}`, async () => {
      const { pair } = bench();
      const media = open();
      for (const side of ['a', 'b'] as const) await pair.make(side, { media: true });
      // No channel: a track alone is enough for an offer.
      await media.send(from, 'voice', 'audio', ['team']);
      await media.send(to, 'reply', 'audio', ['back']);
      await pair.offer(from);
      await media.untilReceived(to, ['audio team']);
      await media.untilReceived(from, ['audio back']);
      await pair.until(from, (lab, who) => lab.pc(who).isPeerConnected(), from as string);
      await pair.frames(10);
      for (const side of ['a', 'b'] as const) {
        const made = await media.run(
          side,
          (lab, who) => [lab.peer(who).media.made.offer, lab.peer(who).heard('session_description_created')],
          side as string,
        );
        expect(made).toEqual([0, [`session_description_created ${side === from ? 'offer' : 'answer'}`]]);
      }
      expect(await media.complaints()).toEqual([]);
    });
  }

  for (const { from, to, tail } of waysOf(arrangement, { from: FULL, to: FULL }).slice(0, 1)) {
    rule(
      `R-054 S3-18 S3-42 S3-60 S3-62 negotiation_needed comes once for several calls, and waits while an exchange is under way${tail}`,
      async () => {
        const { pair } = bench();
        const media = open();
        await media.connect();
        const needed = (): Promise<number> =>
          media.run(from, (lab, who) => lab.peer(who).heard('negotiation_needed').length, from as string);
        const before = await needed();
        await media.run(
          from,
          (lab, who) => {
            const { media: tracks, connection } = lab.peer(who);
            const states: number[] = [];
            lab.kept.states = states;
            connection.negotiation_needed.connect(() => states.push(connection.getSignalingState()));
            tracks.send('voice', 'audio', ['one']);
            tracks.send('picture', 'video', ['one']);
            connection.addStream(lab.maker.stream([lab.maker.track('audio')]));
          },
          from,
        );
        await media.heard(to, 5);
        await media.settle();
        expect(await needed()).toBe(before + 1);
        // The exchange that this begins is under way when more is asked for.
        await media.run(
          from,
          (lab, who) => {
            const peer = lab.peer(who);
            peer.media.stop('voice');
            peer.connection.signaling_state_changed.once().then(() => peer.media.send('late', 'audio', ['late']));
          },
          from,
        );
        await media.heard(to, 8);
        await pair.frames(10);
        expect(await needed()).toBe(before + 3);
        // Stable each time, or an offer could not be made.
        expect(await media.run(from, (lab) => lab.kept.states, null)).toEqual([0, 0, 0]);
        expect(await media.complaints()).toEqual([]);
      },
    );
  }

  for (const { from, tail } of waysOf(arrangement, { from: FULL, to: ANY }).slice(0, 1)) {
    rule(`R-054 an offer that was taken back is asked for again${tail}`, async () => {
      const { pair } = bench();
      const media = open();
      await media.connect();
      const untilNeeded = (times: number): Promise<void> =>
        pair.until(from, (lab, [who, count]) => lab.peer(who).heard('negotiation_needed').length >= count, [
          from,
          times,
        ] as const);
      const before = await media.run(
        from,
        (lab, who) => {
          const peer = lab.peer(who);
          // From here on by hand.
          peer.media.negotiation.close();
          peer.to = null;
          peer.media.send('picture', 'video', ['screen']);
          return peer.heard('negotiation_needed').length;
        },
        from as string,
      );
      await untilNeeded(before + 1);
      await media.run(
        from,
        (lab, who) => {
          const { connection } = lab.peer(who);
          connection.session_description_created.connect((type, sdp) => {
            lab.kept.codes = [
              connection.setLocalDescription(type, sdp),
              connection.setLocalDescription('rollback', ''),
            ];
          });
          connection.createOffer({ renegotiate: true });
        },
        from as string,
      );
      await untilNeeded(before + 2);
      await pair.frames(10);
      const seen = await media.run(
        from,
        (lab, who) => [lab.kept.codes, lab.peer(who).heard('negotiation_needed').length],
        from as string,
      );
      expect(seen).toEqual([[0, 0], before + 2]);
    });
  }

  for (const { from, to, tail } of waysOf(arrangement, { from: ANY, to: ANY })) {
    rule(
      `R-051 R-054 a track that is removed and added again is sent again, also within one frame${tail}`,
      async () => {
        const media = open();
        await media.connect();
        for (let n = 0; n < 3; n += 1) {
          await media.send(from, 'voice', 'audio', ['one']);
          await media.untilReceived(to, ['audio one']);
          await media.stop(from, 'voice');
          await media.untilReceived(to, []);
        }
        await media.send(from, 'voice', 'audio', ['one']);
        await media.untilReceived(to, ['audio one']);
        await media.run(
          from,
          (lab, who) => {
            lab.peer(who).media.stop('voice');
            lab.peer(who).media.send('voice', 'audio', ['two']);
          },
          from,
        );
        await media.untilReceived(to, ['audio two']);
        expect(await media.complaints()).toEqual([]);
      },
    );
  }
};
