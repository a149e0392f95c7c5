import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { Negotiation, parseCandidate } from '../../src/extension/negotiation.js';
import { NO_CAPABILITIES } from '../../src/extension/webrtc-peer-connection-extension.js';
import { ConnectionState, type SessionDescriptionType, SignalingState } from '../../src/extension/webrtc-types.js';
import { recordErrors } from '../core/support/errors.js';
import { ANSWER, candidateNo, OFFER } from '../support/fake-extension.js';

const errors = recordErrors();

const { OK, FAILED, ERR_UNAVAILABLE, ERR_INVALID_PARAMETER } = Err;
const ALL = { ...NO_CAPABILITIES, renegotiation: true, provisionalAnswers: true, editableDescriptions: true };
const TYPES = ['offer', 'answer', 'pranswer', 'rollback'] as const;
const { STATE_NEW, STATE_CONNECTING, STATE_CONNECTED, STATE_FAILED } = ConnectionState;

const sdpOf = (type: SessionDescriptionType): string => (type === 'rollback' ? '' : type === 'offer' ? OFFER : ANSWER);

/** How each signaling state is reached. */
const PATHS: Record<keyof typeof SignalingState, (n: Negotiation) => void> = {
  SIGNALING_STATE_STABLE: () => {},
  SIGNALING_STATE_HAVE_LOCAL_OFFER: (n) => n.acceptLocal('offer', OFFER),
  SIGNALING_STATE_HAVE_REMOTE_OFFER: (n) => n.acceptRemote('offer', OFFER),
  SIGNALING_STATE_HAVE_LOCAL_PRANSWER: (n) => {
    n.acceptRemote('offer', OFFER);
    n.acceptLocal('pranswer', ANSWER);
  },
  SIGNALING_STATE_HAVE_REMOTE_PRANSWER: (n) => {
    n.acceptLocal('offer', OFFER);
    n.acceptRemote('pranswer', ANSWER);
  },
  SIGNALING_STATE_CLOSED: (n) => n.close(),
};

function inState(state: keyof typeof SignalingState): Negotiation {
  const negotiation = new Negotiation();
  PATHS[state](negotiation);
  expect(negotiation.state).toBe(SignalingState[state]);
  return negotiation;
}

/** Which types each state takes: a type that is missing gives FAILED. */
const LOCAL: Record<keyof typeof SignalingState, readonly SessionDescriptionType[]> = {
  SIGNALING_STATE_STABLE: ['offer'],
  SIGNALING_STATE_HAVE_LOCAL_OFFER: ['rollback'],
  SIGNALING_STATE_HAVE_REMOTE_OFFER: ['answer', 'pranswer'],
  SIGNALING_STATE_HAVE_LOCAL_PRANSWER: ['answer', 'pranswer'],
  SIGNALING_STATE_HAVE_REMOTE_PRANSWER: [],
  SIGNALING_STATE_CLOSED: [],
};
const REMOTE: Record<keyof typeof SignalingState, readonly SessionDescriptionType[]> = {
  SIGNALING_STATE_STABLE: ['offer'],
  SIGNALING_STATE_HAVE_LOCAL_OFFER: ['answer', 'pranswer'],
  SIGNALING_STATE_HAVE_REMOTE_OFFER: [],
  SIGNALING_STATE_HAVE_LOCAL_PRANSWER: [],
  SIGNALING_STATE_HAVE_REMOTE_PRANSWER: ['answer', 'pranswer'],
  SIGNALING_STATE_CLOSED: [],
};

const TABLE = (Object.keys(SignalingState) as (keyof typeof SignalingState)[]).flatMap((state) =>
  TYPES.map((type) => [type, state] as const),
);

describe('Negotiation', () => {
  it('starts stable, with nothing created and nothing set', () => {
    const { state, local, remote, creating, created, established } = new Negotiation();
    expect({ state, local, remote, creating, created, established }).toEqual({
      state: SignalingState.SIGNALING_STATE_STABLE,
      local: null,
      remote: null,
      creating: null,
      created: null,
      established: false,
    });
  });

  it.each(TABLE)('R-015 a local %s in %s is legal or FAILED', (type, state) => {
    const negotiation = inState(state);
    const made = type === 'offer' ? 'offer' : 'answer';
    negotiation.created = { type: made, sdp: sdpOf(made) };
    const legal = LOCAL[state].includes(type);
    expect(negotiation.checkLocal(type, sdpOf(type), ALL)).toBe(legal ? OK : FAILED);
    expect(errors).toHaveLength(legal ? 0 : 1);
  });

  it.each(TABLE)('R-015 a remote %s in %s is legal or FAILED', (type, state) => {
    const negotiation = inState(state);
    const legal = REMOTE[state].includes(type);
    expect(negotiation.checkRemote(type, sdpOf(type), STATE_NEW, ALL)).toBe(legal ? OK : FAILED);
    expect(errors).toHaveLength(legal ? 0 : 1);
  });

  it.each(TABLE.filter(([, state]) => state !== 'SIGNALING_STATE_CLOSED'))(
    'R-020 a local %s in %s needs a created description of its type',
    (type, state) => {
      const negotiation = inState(state);
      const legal = type === 'rollback' && LOCAL[state].includes(type);
      expect(negotiation.checkLocal(type, sdpOf(type), ALL)).toBe(legal ? OK : FAILED);
      const other = type === 'offer' ? 'answer' : 'offer';
      negotiation.created = { type: other, sdp: sdpOf(type) };
      expect(negotiation.checkLocal(type, sdpOf(type), ALL)).toBe(legal ? OK : FAILED);
    },
  );

  it('R-020 an edited text needs the capability', () => {
    const negotiation = new Negotiation();
    negotiation.created = { type: 'offer', sdp: OFFER };
    expect(negotiation.checkLocal('offer', `${OFFER}a=x\r\n`, NO_CAPABILITIES)).toBe(ERR_INVALID_PARAMETER);
    expect(negotiation.checkLocal('offer', `${OFFER}a=x\r\n`, ALL)).toBe(OK);
    expect(negotiation.checkLocal('offer', OFFER, NO_CAPABILITIES)).toBe(OK);
  });

  it.each(Object.keys(SignalingState) as (keyof typeof SignalingState)[])(
    'R-021 a provisional answer without the capability gives ERR_UNAVAILABLE in both directions, in %s',
    (state) => {
      const negotiation = inState(state);
      expect(negotiation.checkLocal('pranswer', ANSWER, NO_CAPABILITIES)).toBe(ERR_UNAVAILABLE);
      expect(negotiation.checkRemote('pranswer', ANSWER, STATE_NEW, NO_CAPABILITIES)).toBe(ERR_UNAVAILABLE);
    },
  );

  it.each(['', 'Offer', 'sdp', 'toString', undefined, null, 7, ['offer']])(
    'R-015 the type %j gives ERR_INVALID_PARAMETER before anything else',
    (type) => {
      const negotiation = inState('SIGNALING_STATE_HAVE_LOCAL_OFFER');
      expect(negotiation.checkLocal(type, OFFER, ALL)).toBe(ERR_INVALID_PARAMETER);
      expect(negotiation.checkRemote(type, OFFER, STATE_NEW, ALL)).toBe(ERR_INVALID_PARAMETER);
      expect(errors).toHaveLength(2);
    },
  );

  it.each(['offer', 'answer', 'pranswer'])(
    'R-015 an empty %s gives ERR_INVALID_PARAMETER, and so does no text',
    (type) => {
      for (const sdp of ['', undefined, null, 7]) {
        expect(new Negotiation().checkLocal(type, sdp, ALL)).toBe(ERR_INVALID_PARAMETER);
        expect(new Negotiation().checkRemote(type, sdp, STATE_NEW, ALL)).toBe(ERR_INVALID_PARAMETER);
      }
    },
  );

  it('a remote description that is larger than any real one gives FAILED', () => {
    const sections = (count: number): string => `v=0\r\n${'m=a\r\n'.repeat(count)}`;
    const check = (sdp: string): Err => new Negotiation().checkRemote('offer', sdp, STATE_NEW, ALL);
    expect([check('v'.repeat(65536)), check(sections(32)), errors.length]).toEqual([OK, OK, 0]);
    expect([check('v'.repeat(65537)), check(sections(33)), errors.length]).toEqual([FAILED, FAILED, 2]);
  });

  it('R-013 a remote offer while the connection connects gives FAILED', () => {
    expect(new Negotiation().checkRemote('offer', OFFER, STATE_CONNECTING, ALL)).toBe(FAILED);
  });

  it.each([STATE_CONNECTED, ConnectionState.STATE_DISCONNECTED, STATE_FAILED])(
    'C-07 a remote offer in connection state %i needs the capability renegotiation',
    (connection) => {
      expect(new Negotiation().checkRemote('offer', OFFER, connection, ALL)).toBe(OK);
      expect(new Negotiation().checkRemote('offer', OFFER, connection, NO_CAPABILITIES)).toBe(ERR_UNAVAILABLE);
    },
  );
});

describe('what was accepted', () => {
  it('R-019 reads as both descriptions, growing with the candidates', () => {
    const negotiation = new Negotiation();
    negotiation.addLocalCandidate({ sdpMid: 'data', sdpMLineIndex: 0, candidate: candidateNo(1) });
    expect([negotiation.local, negotiation.remote]).toEqual([null, null]);
    negotiation.acceptLocal('offer', OFFER);
    negotiation.addLocalCandidate({ sdpMid: 'data', sdpMLineIndex: 0, candidate: candidateNo(2) });
    negotiation.acceptRemote('answer', ANSWER);
    negotiation.addRemoteCandidate({ sdpMid: '', sdpMLineIndex: 0, candidate: candidateNo(3) });
    expect(negotiation.local).toEqual({ type: 'offer', sdp: `${OFFER}a=${candidateNo(2)}\r\n` });
    expect(negotiation.remote).toEqual({ type: 'answer', sdp: `${ANSWER}a=${candidateNo(3)}\r\n` });
    expect(negotiation.established).toBe(true);
  });

  it('uses a created description up, except with a provisional answer', () => {
    const negotiation = inState('SIGNALING_STATE_HAVE_REMOTE_OFFER');
    negotiation.created = { type: 'answer', sdp: ANSWER };
    negotiation.acceptLocal('pranswer', ANSWER);
    expect([negotiation.created?.type, negotiation.established]).toEqual(['answer', false]);
    negotiation.acceptLocal('answer', ANSWER);
    expect([negotiation.created, negotiation.established]).toEqual([null, true]);
  });

  it('R-021 a rollback leads back to stable and forgets the local offer', () => {
    const negotiation = inState('SIGNALING_STATE_HAVE_LOCAL_OFFER');
    negotiation.acceptLocal('rollback', '');
    expect([negotiation.state, negotiation.local, negotiation.established]).toEqual([0, null, false]);
  });

  it.each(['rollback', 'giveUp'])('leads back to the last exchange with %s, with its candidates', (way) => {
    const negotiation = inState('SIGNALING_STATE_HAVE_LOCAL_OFFER');
    negotiation.addLocalCandidate({ sdpMid: 'data', sdpMLineIndex: 0, candidate: candidateNo(1) });
    negotiation.acceptRemote('answer', ANSWER);
    const before = [negotiation.local, negotiation.remote];
    if (way === 'rollback') {
      negotiation.acceptLocal('offer', `${OFFER}a=again\r\n`);
      negotiation.acceptLocal('rollback', '');
    } else {
      negotiation.acceptRemote('offer', `${OFFER}a=again\r\n`);
      negotiation.giveUp();
    }
    expect([negotiation.state, negotiation.local, negotiation.remote]).toEqual([0, ...before]);
    expect([negotiation.local?.sdp, negotiation.established]).toEqual([`${OFFER}a=${candidateNo(1)}\r\n`, true]);
  });

  it('lets a remote offer win against an own one that was not set yet', () => {
    const negotiation = new Negotiation();
    negotiation.created = { type: 'offer', sdp: OFFER };
    negotiation.acceptRemote('offer', OFFER);
    expect([negotiation.created, negotiation.creating]).toEqual([null, null]);
  });

  it('is taken back by restore, as if it had not been accepted', () => {
    const negotiation = inState('SIGNALING_STATE_HAVE_LOCAL_OFFER');
    negotiation.acceptRemote('answer', ANSWER);
    negotiation.restore();
    const { state, local, remote, established } = negotiation;
    expect({ state, local: local?.type, remote, established }).toEqual({
      state: SignalingState.SIGNALING_STATE_HAVE_LOCAL_OFFER,
      local: 'offer',
      remote: null,
      established: false,
    });
  });

  it('is taken back one step only', () => {
    const negotiation = inState('SIGNALING_STATE_HAVE_REMOTE_OFFER');
    negotiation.acceptLocal('answer', ANSWER);
    negotiation.restore();
    expect([negotiation.state, negotiation.local, negotiation.remote?.type]).toEqual([2, null, 'offer']);
  });

  it('R-029 waits for nothing after close', () => {
    const negotiation = inState('SIGNALING_STATE_HAVE_REMOTE_OFFER');
    negotiation.created = { type: 'answer', sdp: ANSWER };
    negotiation.creating = 'answer';
    negotiation.close();
    expect([negotiation.created, negotiation.creating, negotiation.remote?.type]).toEqual([null, null, 'offer']);
  });

  it('stays closed: restore after close changes no state', () => {
    const negotiation = inState('SIGNALING_STATE_HAVE_LOCAL_OFFER');
    negotiation.close();
    negotiation.restore();
    expect(negotiation.state).toBe(SignalingState.SIGNALING_STATE_CLOSED);
  });
});

describe('remote candidates', () => {
  const early = (n: number) => ({ candidate: candidateNo(n), sdpMid: 'data', sdpMLineIndex: 0 });

  it('R-024 wait in order for the remote description, 256 of them', () => {
    const negotiation = new Negotiation();
    const codes = Array.from({ length: 258 }, (_, n) => negotiation.keepEarly(early(n)));
    expect(codes.slice(0, 256).every((code) => code === OK)).toBe(true);
    expect(codes.slice(256)).toEqual([Err.ERR_OUT_OF_MEMORY, Err.ERR_OUT_OF_MEMORY]);
    expect(errors).toHaveLength(2);
    expect(negotiation.takeEarlyCandidates()).toEqual(Array.from({ length: 256 }, (_, n) => early(n)));
    expect(negotiation.takeEarlyCandidates()).toEqual([]);
  });

  it('R-024 do not wait once the remote description is there, and close drops those that waited', () => {
    const negotiation = new Negotiation();
    negotiation.keepEarly(early(1));
    negotiation.close();
    expect(negotiation.takeEarlyCandidates()).toEqual([]);
    expect([negotiation.hasRemote, inState('SIGNALING_STATE_HAVE_REMOTE_OFFER').hasRemote]).toEqual([false, true]);
  });

  it('are 256 for each remote description at most', () => {
    const negotiation = inState('SIGNALING_STATE_HAVE_LOCAL_OFFER');
    negotiation.acceptRemote('pranswer', ANSWER);
    for (let n = 0; n < 256; n += 1) {
      expect(negotiation.checkRemoteCandidate()).toBe(OK);
      negotiation.addRemoteCandidate(early(n));
    }
    expect([negotiation.checkRemoteCandidate(), errors.length]).toEqual([Err.ERR_OUT_OF_MEMORY, 1]);
    negotiation.acceptRemote('answer', ANSWER);
    expect(negotiation.checkRemoteCandidate()).toBe(OK);
  });

  it('R-026 get the mid of their section where only the index was given', () => {
    const negotiation = inState('SIGNALING_STATE_HAVE_REMOTE_OFFER');
    const given = { candidate: candidateNo(1), sdpMid: '', sdpMLineIndex: 0 };
    expect(negotiation.resolve(given)).toEqual({ ...given, sdpMid: 'data' });
    expect(negotiation.resolve({ ...given, sdpMLineIndex: 3 }).sdpMid).toBe('');
    expect(negotiation.resolve({ ...given, sdpMid: 'other' }).sdpMid).toBe('other');
    expect(new Negotiation().resolve(given)).toEqual(given);
  });

  it('R-023 are read with or without "a=", and refused when a part has the wrong type', () => {
    expect(parseCandidate('0', 1, ` a=${candidateNo(1)}`)).toEqual({
      candidate: candidateNo(1),
      sdpMid: '0',
      sdpMLineIndex: 1,
    });
    for (const [media, index, name] of [
      [0, 0, ''],
      ['0', '0', ''],
      ['0', -1, ''],
      ['0', 0.5, ''],
      ['0', Number.NaN, ''],
      ['0', 0, null],
      [undefined, undefined, undefined],
    ]) {
      expect(parseCandidate(media, index, name)).toBeNull();
    }
  });
});
