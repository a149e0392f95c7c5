import { expect, type Section } from '../support/arrangement.js';

const FAILED = 1;
const OUT_OF_MEMORY = 6;
const PARAMETER = 31;

/** */
export const candidates: Section = (bench, rule) => {
  rule('R-023 S4-53 the three values connect the other side unchanged, and have one form everywhere', async () => {
    const { pair, run, runB } = bench();
    await pair.connect();
    const found = [
      ...(await run((lab) => lab.peer('a').candidates)),
      ...(await runB((lab) => lab.peer('b').candidates)),
    ];
    expect(found.length).toBeGreaterThan(1);
    const sdp = await run((lab) => lab.pc('a').getLocalDescription()?.sdp ?? '');
    for (const { media, index, name } of found) {
      expect(name).toMatch(/^candidate:\S+ \d+ \S+ \d+ \S+ \d+ typ /);
      expect(index).toBeGreaterThanOrEqual(0);
      expect(Number.isInteger(index)).toBe(true);
      expect(sdp).toMatch(new RegExp(`^a=mid:${media}\\r?$`, 'm'));
    }
  });

  rule('R-024 C-16 candidates before the description are kept and applied in order', async () => {
    const { pair, run, runB } = bench();
    await pair.make('a', { channels: { game: {} } });
    await pair.make('b');
    await run((lab) => {
      // The description leaves behind everything else.
      const a = lab.peer('a');
      a.to = null;
      a.connection.session_description_created.connect((type, sdp) => {
        a.connection.setLocalDescription(type, sdp);
        lab.kept['late'] = { to: 'b', kind: 'description', type, sdp };
      });
      a.connection.ice_candidate_created.connect((media, index, name) => {
        a.mail.push({ to: 'b', kind: 'candidate', media, index, name });
      });
    });
    await pair.offer('a');
    await pair.until('a', (lab) => lab.pc('a').getGatheringState() === 2, null);
    await pair.frames(3);
    expect(await runB((lab) => [lab.pc('b').getRemoteDescription(), lab.errors])).toEqual([null, []]);
    await run((lab) => {
      lab.peer('a').mail.push(lab.kept['late'] as never);
    });
    await pair.untilOpen(['game']);
    const lines = await run((lab) => lab.peer('a').candidates.map((c) => `a=${c.name}`));
    const remote = await runB((lab) => lab.pc('b').getRemoteDescription()?.sdp ?? '');
    const positions = lines.map((line) => remote.indexOf(line));
    expect(positions).toEqual([...positions].sort((x, y) => x - y));
    expect(positions[0]).toBeGreaterThan(0);
  });

  rule('R-024 the 257th waiting candidate gives ERR_OUT_OF_MEMORY; close() and initialize() drop them', async () => {
    const { run } = bench();
    const codes = await run((lab) => {
      const pc = lab.make('a').connection;
      const add = (): number => pc.addIceCandidate('0', 0, 'candidate:1 1 UDP 2122317823 127.0.0.1 40000 typ host');
      const all = Array.from({ length: 257 }, add);
      pc.initialize(lab.configuration);
      return { first: all.slice(0, 256).every((code) => code === 0), last: all[256], after: add() };
    });
    expect(codes).toEqual({ first: true, last: OUT_OF_MEMORY, after: 0 });
  });

  rule('R-025 no signal carries an empty name, and the end of candidates is accepted', async () => {
    const { pair, run } = bench();
    await pair.connect();
    await pair.until('a', (lab) => lab.pc('a').getGatheringState() === 2, null);
    const seen = await run((lab) => {
      const { connection } = lab.peer('a');
      const before = connection.getRemoteDescription()?.sdp;
      const code = connection.addIceCandidate('0', 0, '');
      return { code, same: before === connection.getRemoteDescription()?.sdp, names: lab.peer('a').candidates };
    });
    expect([seen.code, seen.same]).toEqual([0, true]);
    expect(seen.names.every(({ name }) => name !== '')).toBe(true);
  });

  rule('R-026 a candidate with an empty media and an index is accepted', async () => {
    const { pair, run } = bench();
    await pair.make('a', { channels: { game: {} } });
    await pair.make('b');
    await run((lab) => {
      const a = lab.peer('a');
      const receive = a.receive.bind(a);
      a.receive = (mail) => receive(mail.kind === 'candidate' ? { ...mail, media: '' } : mail);
    });
    await pair.offer('a');
    await pair.untilOpen(['game']);
    await pair.frames(5);
    expect(await run((lab) => [lab.errors, lab.peer('a').heard('error_occurred')])).toEqual([[], []]);
  });

  rule('R-027 a malformed candidate gives FAILED at once and changes no state', async () => {
    const { pair, run } = bench();
    await pair.connect();
    const seen = await run(async (lab) => {
      const a = lab.peer('a');
      const states = (): number[] => [a.connection.getConnectionState(), a.connection.getSignalingState()];
      const wrongTypes = [
        a.connection.addIceCandidate(5 as never, 0, 'x'),
        a.connection.addIceCandidate('0', -1, 'candidate:1'),
        a.connection.addIceCandidate('0', 0.5, 'candidate:1'),
        a.connection.addRemoteIceCandidate(null as never),
      ];
      const code = a.connection.addIceCandidate('0', 0, 'candidate:this is none');
      for (let i = 0; i < 30; i += 1) {
        await lab.turn(5);
        lab.poll();
      }
      return { wrongTypes, code, told: a.heard('error_occurred').length, states: states() };
    });
    expect(seen.wrongTypes).toEqual([PARAMETER, PARAMETER, PARAMETER, PARAMETER]);
    expect([seen.code, seen.told]).toEqual([FAILED, 0]);
    expect(seen.states).toEqual([2, 0]);
  });

  rule('candidates that later rounds bring to a connection that stands are welcome, however many', async () => {
    const { pair, run, runB } = bench();
    await pair.connect();
    const mid = await runB((lab) => /^a=mid:(\S+)/m.exec(lab.pc('b').getLocalDescription()?.sdp ?? '')?.[1] ?? '');
    const codes = await run((lab, media) => {
      const add = (n: number): number =>
        lab.pc('a').addIceCandidate(media, 0, `candidate:${n} 1 UDP 1 127.0.0.1 ${n} typ host`);
      return Array.from({ length: 100 }, (_, n) => add(50_000 + n)).filter((code) => code !== 0);
    }, mid);
    await pair.frames(5);
    const state = await run((lab) => [lab.pc('a').getConnectionState(), lab.errors]);
    expect([codes, state]).toEqual([[], [2, []]]);
  });

  rule('R-028 S0-30 gathering reads NEW, GATHERING, COMPLETE, and completes behind the last candidate', async () => {
    const { pair, run } = bench();
    await pair.make('a', { channels: { game: {} } });
    await pair.make('b');
    expect(await run((lab) => lab.pc('a').getGatheringState())).toBe(0);
    await pair.offer('a');
    await pair.until('a', (lab) => lab.pc('a').getGatheringState() === 2, null);
    await pair.frames(5);
    const heard = await run((lab) =>
      lab.peer('a').heard('gathering_state_changed', 'ice_candidate_created', 'ice_gathering_completed'),
    );
    expect(heard[0]).toBe('gathering_state_changed 1');
    expect(heard.slice(-2)).toEqual(['gathering_state_changed 2', 'ice_gathering_completed']);
    expect(heard.slice(1, -2).every((text) => text === 'ice_candidate_created')).toBe(true);
  });
};
