import { type Bench, expect, type Section } from '../support/arrangement.js';

const UNCONFIGURED = 3;
const UNAUTHORIZED = 4;
const EVIL = 'AB:'.repeat(31).concat('AB');

interface Setup {
  readonly name: string;
  readonly domain?: string;
  readonly options?: { peerIdentity?: string; required?: boolean };
}

/** A provider that believes what it reads, for a connection that was made already. */
async function identify({ run, runB }: Bench, peer: 'a' | 'b', setup: Setup): Promise<void> {
  const work = peer === 'a' ? run : runB;
  await work(
    (lab, [who, { name, domain = 'example.org', options }]) => {
      const { connection, signals } = lab.peer(who);
      connection.identity_result.connect((error, identity) => {
        signals.push(`identity_result ${error} ${identity?.name}`);
      });
      connection.identity_assertion_created.connect(() => signals.push('identity_assertion_created'));
      const err = connection.setIdentityProvider(
        {
          domain,
          generateAssertion: async (contents) => JSON.stringify({ name, contents }),
          validateAssertion: async (assertion) => JSON.parse(assertion),
        },
        options,
      );
      if (err !== 0) throw new Error(`setIdentityProvider gave ${err}`);
    },
    [peer, setup] as const,
  );
}

/** */
export const identity: Section = (bench, rule) => {
  const made = async (): Promise<void> => {
    const { pair } = bench();
    await pair.make('a', { channels: { game: {} } });
    await pair.make('b');
  };

  rule('R-057 S3-35 S3-64 a provider makes one negotiation_needed; without one there is no line', async () => {
    const { pair, run, runB } = bench();
    await made();
    expect(await runB((lab) => lab.pc('b').requestIdentityAssertion())).toBe(UNCONFIGURED);
    await identify(bench(), 'a', { name: 'Ann' });
    await pair.frames(3);
    expect(await run((lab) => lab.peer('a').heard('negotiation_needed'))).toEqual(['negotiation_needed']);
    await pair.offer('a');
    await pair.untilOpen(['game']);
    expect(await runB((lab) => lab.pc('b').getLocalDescription()?.sdp.includes('a=identity'))).toBe(false);
  });

  rule('R-058 R-060 S3-17 S3-22 S3-63 both sides are known before they are connected, and data flows', async () => {
    const { pair, run, runB } = bench();
    await made();
    await identify(bench(), 'a', { name: 'Ann', options: { peerIdentity: 'Bob' } });
    await identify(bench(), 'b', { name: 'Bob', options: { required: true } });
    await pair.offer('a');
    await pair.untilOpen(['game']);
    await run((lab) => lab.peer('a').channel('game').putPacket(lab.bytes('signed')));
    await pair.until('b', (lab) => lab.peer('b').channel('game').getAvailablePacketCount() === 1, null);
    for (const [work, peer, other] of [[run, 'a', 'Bob'] as const, [runB, 'b', 'Ann'] as const]) {
      const seen = await work(
        (lab, who) => ({
          heard: lab.peer(who).heard('identity_result', 'connected'),
          identity: lab.pc(who).getPeerIdentity(),
          lines: [...(lab.pc(who).getLocalDescription()?.sdp ?? '').matchAll(/^a=identity:/gm)].length,
          // It stands before the first section, and covers what the back end wrote.
          isFirst: (lab.pc(who).getLocalDescription()?.sdp ?? '').split(/^m=/m)[0]?.includes('a=identity:'),
          errors: lab.errors,
        }),
        peer,
      );
      expect(seen).toEqual({
        heard: [`identity_result 0 ${other}`, 'connected'],
        identity: { idp: 'example.org', name: other },
        lines: 1,
        isFirst: true,
        errors: [],
      });
    }
  });

  rule('R-060 a fingerprint that somebody swapped is not the one that was signed', async () => {
    const { pair, run, runB } = bench();
    await made();
    await identify(bench(), 'a', { name: 'Ann' });
    await identify(bench(), 'b', { name: 'Bob', options: { required: true } });
    await runB((lab, evil) => {
      const b = lab.peer('b');
      const receive = b.receive.bind(b);
      b.receive = (mail) => {
        const isDescription = mail.kind === 'description';
        receive(isDescription ? { ...mail, sdp: mail.sdp.replace(/(a=fingerprint:\S+ )\S+/g, `$1${evil}`) } : mail);
      };
    }, EVIL);
    await pair.offer('a');
    await pair.until('b', (lab) => lab.pc('b').getConnectionState() === 5, null);
    expect(
      await runB((lab) => [
        lab.peer('b').heard('identity_result', 'connected'),
        lab.pc('b').getIdentityError()?.reason,
      ]),
    ).toEqual([[`identity_result ${UNAUTHORIZED} undefined`], 'fingerprint_mismatch']);
    expect(await run((lab) => lab.pc('a').getPeerIdentity())).toBe(null);
  });

  rule('R-059 a provider that rejects: error_occurred, and no description', async () => {
    const { pair, run } = bench();
    await made();
    await run((lab) => {
      lab.pc('a').setIdentityProvider({
        domain: 'example.org',
        generateAssertion: () => Promise.reject(new Error('no')),
        validateAssertion: async () => null,
      });
    });
    await pair.offer('a');
    await pair.until('a', (lab) => lab.pc('a').hasFailed(), null);
    const heard = await run((lab) => lab.peer('a').heard('error_occurred', 'session_description_created'));
    expect(heard).toEqual([expect.stringMatching(/^error_occurred /)]);
  });

  rule('R-061 another or a missing identity closes the connection; without the option nothing is said', async () => {
    const { pair, run, runB } = bench();
    await made();
    await identify(bench(), 'a', { name: 'Ann' });
    await identify(bench(), 'b', { name: 'Bob', options: { peerIdentity: 'Carol' } });
    await pair.offer('a');
    await pair.until('b', (lab) => lab.pc('b').getConnectionState() === 5, null);
    expect(await runB((lab) => lab.peer('b').heard('identity_result'))).toEqual([
      `identity_result ${UNAUTHORIZED} undefined`,
    ]);
    expect(await run((lab) => lab.peer('a').heard('identity_result'))).toEqual([]);
  });
};
