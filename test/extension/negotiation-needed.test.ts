import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { ConnectionState } from '../../src/extension/webrtc-types.js';
import { Stand } from '../support/fake-extension.js';

const { FAILED } = Err;

describe('R-054 negotiation_needed', () => {
  const NEEDED = ['negotiation_needed'];

  it('comes at the next poll after the first channel, and not for the second', () => {
    const stand = new Stand();
    stand.open('one');
    expect([stand.poll(), stand.poll()]).toEqual([NEEDED, []]);
    stand.open('two');
    expect(stand.poll()).toEqual([]);
  });

  it('comes once for several causes before that poll', () => {
    const stand = new Stand({}, { iceRestart: true });
    stand.open('one');
    stand.open('two');
    stand.connection.restartIce();
    stand.connection.restartIce();
    expect(stand.poll(2)).toEqual(NEEDED);
  });

  it('waits until the signaling state is stable', () => {
    const stand = new Stand({}, { iceRestart: true }).offered();
    stand.connection.restartIce();
    expect(stand.poll(2)).toEqual([]);
    stand.connection.setRemoteDescription('answer', 'v=0\r\n');
    expect(stand.poll(2)).toEqual(['negotiation_needed', 'signaling_state_changed 0']);
  });

  it('is settled by an answer that covers the first channel', () => {
    const stand = new Stand();
    stand.open();
    stand.answering();
    stand.connection.setLocalDescription('answer', stand.signals.at(-1)?.replace(/^\S+ \S+ /, '') ?? '');
    expect(stand.connection.getSignalingState()).toBe(0);
    expect(stand.poll(2)).not.toContain('negotiation_needed');
    expect(stand.signals).not.toContain('negotiation_needed');
  });

  it('does not come for what was refused', () => {
    const stand = new Stand({}, { iceRestart: true }).connected();
    stand.backEnd.answers._restartIce = FAILED;
    stand.connection.restartIce();
    stand.connection.createDataChannel('late');
    const fresh = new Stand();
    fresh.connection.createDataChannel('bad', { negotiated: true });
    expect([stand.poll(2), fresh.poll(2)]).toEqual([[], []]);
  });

  it.each(['here', 'by the other side'])('does not come once the connection was closed %s', (where) => {
    const stand = new Stand({}, { iceRestart: true }).offered();
    stand.connection.restartIce();
    if (where === 'here') stand.connection.close();
    else stand.fake.report.connectionStateChanged(ConnectionState.STATE_CLOSED);
    expect(stand.poll(3)).not.toContain('negotiation_needed');
  });
});
