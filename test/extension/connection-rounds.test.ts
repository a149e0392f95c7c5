import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { ConnectionState, GatheringState } from '../../src/extension/webrtc-types.js';
import { recordErrors } from '../core/support/errors.js';
import { candidateNo, OFFER, Stand } from '../support/fake-extension.js';

const errors = recordErrors();

const { OK, FAILED } = Err;
const AGAIN = `${OFFER}a=again\r\n`;

/** A round that follows the first one, on a connection that stands. */
describe('a later round', () => {
  const established = (configuration = {}): Stand => {
    const stand = new Stand(configuration, { renegotiation: true, iceRestart: true }).connected();
    stand.poll();
    return stand;
  };

  it('R-019 R-021 leaves both descriptions as they were when it is rolled back', () => {
    const stand = established();
    const before = stand.connection.getLocalDescription();
    expect(before).not.toBeNull();
    stand.connection.createOffer({ renegotiate: true });
    stand.fake.report.sessionDescriptionCreated('offer', AGAIN);
    stand.poll();
    stand.connection.setLocalDescription('offer', AGAIN);
    expect(stand.connection.getLocalDescription()?.sdp).toBe(AGAIN);
    expect(stand.connection.setLocalDescription('rollback', '')).toBe(OK);
    expect([stand.connection.getLocalDescription(), stand.states]).toEqual([before, [2, 0, 0]]);
  });

  it.each(['later', 'at once'])('goes back to stable when its answer cannot be made (%s)', (when) => {
    const stand = established();
    const before = stand.connection.getRemoteDescription();
    if (when === 'at once') stand.backEnd.answers._createAnswer = FAILED;
    expect(stand.connection.setRemoteDescription('offer', AGAIN)).toBe(when === 'at once' ? FAILED : OK);
    if (when === 'later') stand.fake.report.failed('create', 'no answer');
    const signals = stand.poll(2);
    expect(signals.filter((signal) => signal.startsWith('signaling'))).toEqual([
      'signaling_state_changed 2',
      'signaling_state_changed 0',
    ]);
    expect([stand.states, stand.connection.getRemoteDescription()]).toEqual([[2, 0, 0], before]);
    stand.backEnd.answers._createAnswer = OK;
    expect(stand.connection.setRemoteDescription('offer', AGAIN)).toBe(OK);
  });

  it.each(['remote', 'create'] as const)('releases what was held back when its %s step fails', (step) => {
    const stand = established();
    stand.connection.setRemoteDescription('offer', AGAIN);
    stand.fake.report.gatheringStateChanged(GatheringState.GATHERING_STATE_GATHERING);
    stand.fake.report.iceCandidateCreated('data', 0, candidateNo(1));
    stand.fake.report.failed(step, 'refused');
    expect(stand.poll().slice(-2)).toEqual([
      'gathering_state_changed 1',
      `ice_candidate_created data 0 ${candidateNo(1)}`,
    ]);
    expect(stand.poll()).toEqual(['signaling_state_changed 0']);
    stand.fake.report.iceCandidateCreated('data', 0, candidateNo(2));
    expect(stand.poll()).toEqual([`ice_candidate_created data 0 ${candidateNo(2)}`]);
  });

  it('R-011 needs no channel: an ICE restart is possible after the last one closed', () => {
    const stand = established();
    stand.fake.channels[0]?.report.closed();
    stand.poll();
    expect([stand.connection.getDataChannels(), stand.connection.createOffer()]).toEqual([[], FAILED]);
    expect(stand.connection.createOffer({ iceRestart: true })).toBe(OK);
    expect(errors).toHaveLength(1);
  });
});

describe('a connection that the other side closed', () => {
  it('takes no more reports: a late channel is refused', () => {
    const stand = new Stand().connected();
    stand.fake.report.connectionStateChanged(ConnectionState.STATE_CLOSED);
    const before = stand.fake.receiveChannel({ label: 'before' });
    stand.poll();
    expect([before === null, stand.connection.getDataChannels()]).toEqual([false, []]);
    expect(stand.fake.receiveChannel()).toBeNull();
    stand.fake.report.iceCandidateCreated('data', 0, candidateNo(1));
    stand.fake.report.failed('candidate', 'late');
    expect(stand.poll(2)).toEqual([]);
  });

  it('still delivers what was queued, and calls that were put off', () => {
    const stand = new Stand().connected();
    const calls: number[] = [];
    stand.connection.connection_state_changed.connect((state) => calls.push(state), 1);
    stand.fake.report.connectionStateChanged(ConnectionState.STATE_CLOSED);
    stand.fake.report.failed('candidate', 'queued');
    stand.poll(2);
    expect(calls).toEqual([3, 5]);
  });

  it.each(['here', 'there'])('R-029 reads ICE_STATE_CLOSED: closed %s', (where) => {
    const stand = new Stand().connected();
    stand.fake.report.iceConnectionStateChanged(2);
    if (where === 'here') stand.connection.close();
    else stand.fake.report.connectionStateChanged(ConnectionState.STATE_CLOSED);
    stand.fake.report.iceConnectionStateChanged(3);
    stand.poll(2);
    expect([stand.connection.getIceConnectionState(), stand.states]).toEqual([6, [5, 0, 5]]);
  });
});
