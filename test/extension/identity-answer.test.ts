import { describe, expect, it, vi } from 'vitest';
// Loaded on demand: by then it is there, however slow the machine is.
import '../../src/extension/identity-desk.js';
import { ConnectionState, Err, type IdentityOptions, type ValidatedIdentity } from '../../src/index.js';
import { recordErrors } from '../core/support/errors.js';
import { ANSWER, candidateNo, OFFER, Stand } from '../support/fake-extension.js';
import { PlainProvider } from './support/plain-provider.js';

const errors = recordErrors();
vi.setConfig({ testTimeout: 60_000 });
const PATIENT = { timeout: 60_000, interval: 1 };
const MINE = `a=fingerprint:sha-256 ${'AB:'.repeat(31)}AB\r\n`;
const THEIRS = `a=fingerprint:sha-256 ${'CD:'.repeat(31)}CD\r\n`;
const BOB = {
  name: 'Bob',
  contents: JSON.stringify({ fingerprint: [{ algorithm: 'sha-256', digest: 'CD:'.repeat(31).concat('CD') }] }),
};
const line = (domain = 'example.org'): string =>
  `a=identity:${btoa(JSON.stringify({ idp: { domain, protocol: 'default' }, assertion: JSON.stringify(BOB) }))}\r\n`;
const SIGNED = ANSWER.replace('m=', `${line()}${THEIRS}m=`);
const BARE = ANSWER.replace('m=', `${THEIRS}m=`);
const OTHER = ANSWER.replace('m=', `${MINE}m=`);

interface Asked {
  readonly stand: Stand;
  readonly answer: (identity: ValidatedIdentity | null) => void;
}

/** An answer has come, and its provider thinks. */
async function asked(options: IdentityOptions = { required: true }): Promise<Asked> {
  const stand = new Stand({}, { renegotiation: true }).offered();
  const provider = new PlainProvider('Ann');
  let answer: Asked['answer'] = () => {};
  provider.validates = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  stand.connection.setIdentityProvider(provider, options);
  expect(stand.connection.setRemoteDescription('answer', SIGNED)).toBe(Err.OK);
  await expect.poll(() => stand.poll().length + provider.asked.length, PATIENT).toBe(1);
  return { stand, answer: (identity) => answer(identity) };
}
const told = ({ signals }: Stand): string[] => signals.filter((text) => /^(identity_result|error_)/.test(text));
const heard = ({ fake }: Stand): string[] => fake.calls.filter((call) => /^_(setRemote|addIce)/.test(call));

describe('R-060 an answer makes the connection', () => {
  it('so the back end gets it, and its candidates, when it is known whose it is', async () => {
    const { stand, answer } = await asked();
    const { connection } = stand;
    expect(connection.getSignalingState()).toBe(0);
    expect(connection.addIceCandidate('data', 0, candidateNo(1))).toBe(Err.OK);
    stand.poll(3);
    expect(heard(stand)).toEqual([]);
    answer(BOB);
    await expect.poll(() => stand.poll().join() + told(stand).join(), PATIENT).toContain('identity_result 0');
    expect(heard(stand)).toEqual([`_setRemoteDescription answer ${BARE}`, `_addIceCandidate data 0 ${candidateNo(1)}`]);
    expect(connection.addIceCandidate('data', 0, candidateNo(2))).toBe(Err.OK);
    expect(heard(stand).at(-1)).toContain(candidateNo(2));
    expect(connection.getRemoteDescription()?.sdp).toContain(candidateNo(2));
  });

  it('and never, when it is somebody else', async () => {
    const { stand, answer } = await asked();
    answer(null);
    await expect.poll(() => stand.poll().join() + told(stand).join(), PATIENT).toContain('identity_result 4');
    expect([stand.connection.getConnectionState(), heard(stand)]).toEqual([5, []]);
  });

  it('nor when the connection is closed meanwhile', async () => {
    const { stand, answer } = await asked();
    stand.connection.close();
    answer(BOB);
    await new Promise((resolve) => setImmediate(resolve));
    expect([stand.poll(3), heard(stand)]).toEqual([[], []]);
  });

  it('and after a refusal where nobody has to prove anything', async () => {
    const { stand, answer } = await asked({});
    answer(null);
    await expect.poll(() => stand.poll().join() + told(stand).join(), PATIENT).toContain('identity_result 4');
    expect(heard(stand)).toEqual([`_setRemoteDescription answer ${BARE}`]);
  });

  it('that the back end refuses by then is told', async () => {
    const { stand, answer } = await asked();
    stand.backEnd.answers['_setRemoteDescription'] = Err.FAILED;
    answer(BOB);
    await expect.poll(() => stand.poll().join() + told(stand).join(), PATIENT).toContain('error_occurred');
    expect(stand.connection.getSignalingState()).toBe(1);
  });

  it.each([
    ['known', BOB, 'identity_result 0', BARE, true],
    ['nobody', null, 'identity_result 4', BARE, true],
    ['known', BOB, 'identity_result 0', OTHER, false],
    ['nobody', null, 'identity_result 4', OTHER, false],
  ] as const)('again at once, of who is %s, if it has the same fingerprints', async (_who, who, said, next, isSame) => {
    const { stand, answer } = await asked({});
    const { connection, fake } = stand;
    answer(who);
    await expect.poll(() => stand.poll().join() + told(stand).join(), PATIENT).toContain(said);
    fake.report.connectionStateChanged(ConnectionState.STATE_CONNECTED);
    stand.poll();
    expect(connection.createOffer({ renegotiate: true })).toBe(Err.OK);
    fake.report.sessionDescriptionCreated('offer', OFFER.replace('m=', `${MINE}m=`));
    const created = 'session_description_created offer ';
    const offers = (): string[] => stand.signals.filter((text) => text.startsWith(created));
    await expect.poll(() => stand.poll().length * 0 + offers().length, PATIENT).toBe(2);
    connection.setLocalDescription('offer', offers()[1]?.slice(created.length) ?? '');
    const atOnce = stand.callsOf(() => connection.setRemoteDescription('answer', next));
    expect(atOnce).toEqual(isSame ? [`_setRemoteDescription answer ${next}`] : []);
    // Until then nothing else is agreed on.
    if (isSame) return;
    expect(connection.createOffer({ renegotiate: true })).toBe(Err.FAILED);
    expect(connection.setRemoteDescription('offer', OFFER)).toBe(Err.FAILED);
    expect(errors.splice(0)).toHaveLength(2);
  });
});
