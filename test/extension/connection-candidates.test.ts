import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { GatheringState } from '../../src/extension/webrtc-types.js';
import { recordErrors } from '../core/support/errors.js';
import { ANSWER, candidateNo, OFFER, Stand } from '../support/fake-extension.js';

const errors = recordErrors();

const { GATHERING_STATE_GATHERING: GATHERING, GATHERING_STATE_COMPLETE: COMPLETE } = GatheringState;
const { OK, FAILED, ERR_OUT_OF_MEMORY, ERR_INVALID_PARAMETER } = Err;

/** The back end gathers at once, whatever the user has set. */
function gather(stand: Stand): void {
  stand.fake.report.gatheringStateChanged(GATHERING);
  stand.fake.report.iceCandidateCreated('data', 0, candidateNo(1));
  stand.fake.report.iceCandidateCreated('data', 0, candidateNo(2));
  stand.fake.report.gatheringStateChanged(COMPLETE);
}

const GATHERED = [
  'gathering_state_changed 1',
  `ice_candidate_created data 0 ${candidateNo(1)}`,
  `ice_candidate_created data 0 ${candidateNo(2)}`,
  'gathering_state_changed 2',
  'ice_gathering_completed',
];

const withoutStates = (signals: readonly string[]): string[] => signals.filter((s) => !/^(conn|sig)\w+_state/.test(s));

describe('local candidates', () => {
  it('R-016 wait from createOffer until setLocalDescription has returned, however often poll runs', () => {
    const stand = new Stand();
    stand.open();
    stand.poll();
    stand.connection.createOffer();
    stand.fake.report.iceCandidateCreated('data', 0, candidateNo(1));
    stand.fake.report.sessionDescriptionCreated('offer', OFFER);
    stand.fake.report.iceCandidateCreated('data', 0, candidateNo(2));
    expect(withoutStates(stand.poll(3))).toEqual([`session_description_created offer ${OFFER}`]);
    stand.connection.setLocalDescription('offer', OFFER);
    stand.fake.report.iceCandidateCreated('data', 0, candidateNo(3));
    expect(withoutStates(stand.poll())).toEqual([1, 2, 3].map((n) => `ice_candidate_created data 0 ${candidateNo(n)}`));
  });

  it('R-016 R-028 of an answer wait too, and so do the gathering states around them', () => {
    const stand = new Stand().answering();
    gather(stand);
    expect([stand.poll(2), stand.connection.getGatheringState()]).toEqual([[], 0]);
    stand.connection.setLocalDescription('answer', ANSWER);
    expect(stand.poll()).toEqual(['signaling_state_changed 0', ...GATHERED]);
    expect(stand.connection.getGatheringState()).toBe(COMPLETE);
  });

  it('R-016 come with the poll in which a listener sets the description, and what follows from them does not', () => {
    const stand = new Stand();
    stand.open();
    stand.poll();
    const { connection } = stand;
    connection.session_description_created.connect((type, sdp) => void connection.setLocalDescription(type, sdp));
    connection.ice_candidate_created.connect(() => stand.fake.report.gatheringStateChanged(COMPLETE));
    connection.createOffer();
    stand.fake.report.iceCandidateCreated('data', 0, candidateNo(1));
    stand.fake.report.sessionDescriptionCreated('offer', OFFER);
    expect(stand.poll().slice(-2)).toEqual([
      `session_description_created offer ${OFFER}`,
      `ice_candidate_created data 0 ${candidateNo(1)}`,
    ]);
    const next = ['signaling_state_changed 1', 'gathering_state_changed 2', 'ice_gathering_completed'];
    expect(stand.poll()).toEqual(next);
  });

  it('R-016 are not emitted when setLocalDescription does not return OK', () => {
    const stand = new Stand().created();
    gather(stand);
    stand.backEnd.answers._setLocalDescription = FAILED;
    expect(stand.connection.setLocalDescription('offer', OFFER)).toBe(FAILED);
    expect(stand.poll(3)).toEqual([]);
  });

  it('R-016 R-014 wait also when the back end reports everything inside _createOffer', () => {
    const stand = new Stand();
    stand.open();
    stand.poll();
    stand.backEnd.during._createOffer = (fake) => {
      fake.report.sessionDescriptionCreated('offer', OFFER);
      gather(stand);
    };
    stand.connection.createOffer();
    expect(withoutStates(stand.poll(2))).toEqual([`session_description_created offer ${OFFER}`]);
    stand.connection.setLocalDescription('offer', OFFER);
    expect(withoutStates(stand.poll())).toEqual(GATHERED);
  });

  it('R-016 R-014 wait also when the back end reports everything inside _createAnswer', () => {
    const stand = new Stand();
    stand.backEnd.during._createAnswer = (fake) => {
      gather(stand);
      fake.report.sessionDescriptionCreated('answer', ANSWER);
    };
    stand.connection.setRemoteDescription('offer', OFFER);
    expect(withoutStates(stand.poll(2))).toEqual([`session_description_created answer ${ANSWER}`]);
  });

  it('R-016 do not wait for a local description that will never come, because making it failed', () => {
    const stand = new Stand({}, { renegotiation: true }).connected();
    stand.connection.createOffer({ renegotiate: true });
    stand.fake.report.failed('create', 'no offer');
    stand.poll();
    gather(stand);
    expect(stand.poll()).toEqual(GATHERED);
  });

  it('R-019 grow the local description as they are delivered', () => {
    const stand = new Stand().created();
    expect(stand.connection.getLocalDescription()).toBeNull();
    gather(stand);
    stand.connection.setLocalDescription('offer', OFFER);
    expect(stand.connection.getLocalDescription()).toEqual({ type: 'offer', sdp: OFFER });
    stand.poll();
    const grown = `${OFFER}a=${candidateNo(1)}\r\na=${candidateNo(2)}\r\n`;
    expect(stand.connection.getLocalDescription()).toEqual({ type: 'offer', sdp: grown });
  });

  it('R-028 ice_gathering_completed comes once per arrival at COMPLETE, again for the next round', () => {
    const stand = new Stand().offered();
    gather(stand);
    stand.fake.report.gatheringStateChanged(COMPLETE);
    expect(stand.poll()).toEqual(GATHERED);
    gather(stand);
    expect(stand.poll()).toEqual(GATHERED);
  });
});

describe('remote candidates', () => {
  const added = (n: number): string => `_addIceCandidate data 0 ${candidateNo(n)}`;

  it('R-024 before the remote description wait and are applied in order, right after it', () => {
    const stand = new Stand();
    const early = stand.callsOf(() => {
      for (let n = 0; n < 256; n += 1) expect(stand.connection.addIceCandidate('data', 0, candidateNo(n))).toBe(OK);
      expect(stand.connection.addIceCandidate('data', 0, candidateNo(256))).toBe(ERR_OUT_OF_MEMORY);
    });
    expect([early, errors.length, stand.poll(2)]).toEqual([[], 1, []]);
    const applied = stand.callsOf(() => stand.connection.setRemoteDescription('offer', OFFER));
    expect(applied[0]).toBe(`_setRemoteDescription offer ${OFFER}`);
    expect(applied.slice(1, -1)).toEqual(Array.from({ length: 256 }, (_, n) => added(n)));
    expect(applied.at(-1)).toBe('_createAnswer');
    expect(stand.callsOf(() => stand.connection.addIceCandidate('data', 0, candidateNo(300)))).toEqual([]);
  });

  it('beyond 256 give ERR_OUT_OF_MEMORY, and cost little however long they are', () => {
    const stand = new Stand().offered();
    stand.connection.setRemoteDescription('answer', ANSWER);
    const long = (n: number): string => `${candidateNo(n)} ${'x'.repeat(1900)}`;
    // Of this process alone, whatever else the machine does.
    const before = process.cpuUsage();
    const codes = Array.from({ length: 15_000 }, (_, n) => stand.connection.addIceCandidate('data', 0, long(n)));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(1000);
    expect([codes.slice(0, 256).every((code) => code === OK), codes[256]]).toEqual([true, ERR_OUT_OF_MEMORY]);
    const { sdp = '' } = stand.connection.getRemoteDescription() ?? {};
    expect([sdp.split('a=candidate:').length - 1, sdp.endsWith(`a=${long(255)}\r\n`)]).toEqual([256, true]);
  });

  it('are quoted and cut in a report: a stranger writes no lines of the log', () => {
    const stand = new Stand().connected();
    stand.connection.addIceCandidate('data', 0, `bad\r\n\u001b[31m${'x'.repeat(500)}`);
    expect(errors.map(({ text }) => [text.includes('\n'), text.includes('\u001b'), text.length < 300])).toEqual([
      [false, false, true],
    ]);
  });

  it('R-024 of an offerer wait for the answer', () => {
    const stand = new Stand().offered();
    expect(stand.callsOf(() => stand.connection.addIceCandidate('data', 0, candidateNo(1)))).toEqual([]);
    expect(stand.callsOf(() => stand.connection.setRemoteDescription('answer', ANSWER))).toEqual([
      `_setRemoteDescription answer ${ANSWER}`,
      added(1),
    ]);
  });

  it.each(['close', 'initialize'] as const)('R-024 are dropped by %s', (way) => {
    const stand = new Stand();
    stand.connection.addIceCandidate('data', 0, candidateNo(1));
    stand.connection[way]();
    stand.connection.initialize();
    stand.connection.setRemoteDescription('offer', OFFER);
    expect(stand.backEnd.made.flatMap((made) => made.calls).filter((call) => call.startsWith('_add'))).toEqual([]);
  });

  it('R-024 stay kept when the remote description is refused', () => {
    const stand = new Stand();
    stand.connection.addIceCandidate('data', 0, candidateNo(1));
    stand.backEnd.answers._setRemoteDescription = FAILED;
    stand.connection.setRemoteDescription('offer', OFFER);
    stand.backEnd.answers._setRemoteDescription = OK;
    expect(stand.callsOf(() => stand.connection.setRemoteDescription('offer', OFFER))).toContain(added(1));
  });

  it('R-024 R-027 that waited and are refused are told by error_occurred, each, and stop no other', () => {
    const stand = new Stand();
    for (const n of [1, 2, 3]) stand.connection.addIceCandidate('data', 0, candidateNo(n));
    stand.backEnd.during._addIceCandidate = (fake) => {
      stand.backEnd.answers._addIceCandidate = fake.calls.at(-1) === added(2) ? FAILED : OK;
    };
    expect(stand.connection.setRemoteDescription('offer', OFFER)).toBe(OK);
    expect(stand.fake.calls.filter((call) => call.startsWith('_add'))).toEqual([added(1), added(2), added(3)]);
    const failures = stand.poll().filter((signal) => signal.startsWith('error_occurred'));
    expect(failures).toEqual([expect.stringContaining(candidateNo(2))]);
    expect(stand.connection.getRemoteDescription()?.sdp).toBe(`${OFFER}a=${candidateNo(1)}\r\na=${candidateNo(3)}\r\n`);
  });

  it('R-027 that are refused at once give the code, and nothing changes', () => {
    const stand = new Stand().connected();
    stand.backEnd.answers._addIceCandidate = FAILED;
    expect(
      stand.callsOf(() => expect(stand.connection.addIceCandidate('data', 0, 'candidate:bad')).toBe(FAILED)),
    ).toEqual([]);
    expect(errors).toHaveLength(1);
    expect(stand.connection.addIceCandidate('data', 0, candidateNo(1))).toBe(FAILED);
    expect([stand.poll(2), stand.connection.getRemoteDescription()?.sdp, stand.states]).toEqual([
      [],
      ANSWER,
      [2, 0, 0],
    ]);
  });

  it('R-025 with an empty name are the end of candidates: OK, and nothing reaches the back end', () => {
    const stand = new Stand();
    const calls = stand.callsOf(() => {
      expect(stand.connection.addIceCandidate('data', 0, '')).toBe(OK);
      stand.connection.setRemoteDescription('offer', OFFER);
      expect(stand.connection.addIceCandidate('data', 0, ' ')).toBe(OK);
      expect(stand.connection.addRemoteIceCandidate({ candidate: '', sdpMid: 'data', sdpMLineIndex: 0 })).toBe(OK);
    });
    expect(calls.filter((call) => call.startsWith('_add'))).toEqual([]);
  });

  it('R-026 R-023 with an empty media get the mid of their section, and lose an "a="', () => {
    const stand = new Stand();
    stand.connection.addIceCandidate('', 0, `a=${candidateNo(1)}`);
    stand.connection.setRemoteDescription('offer', OFFER);
    stand.connection.addRemoteIceCandidate({ candidate: candidateNo(2), sdpMid: '', sdpMLineIndex: 0 });
    expect(stand.fake.calls.filter((call) => call.startsWith('_add'))).toEqual([added(1), added(2)]);
  });

  it('with parts of the wrong type give ERR_INVALID_PARAMETER and reach nobody', () => {
    const stand = new Stand().connected();
    const calls = stand.callsOf(() => {
      expect(stand.connection.addIceCandidate('data', -1, candidateNo(1))).toBe(ERR_INVALID_PARAMETER);
      expect(stand.connection.addIceCandidate('data', 0.5, candidateNo(1))).toBe(ERR_INVALID_PARAMETER);
      expect(stand.connection.addIceCandidate('data', 0, undefined as never)).toBe(ERR_INVALID_PARAMETER);
    });
    expect(calls).toEqual([]);
  });
});
