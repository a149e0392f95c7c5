import { setErrorHandler } from 'scenewire';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LobbyWorld, memoryWorld } from '../../lobby/server/support/lobby-world.js';
import { RealPlayer } from '../../lobby/session/support/real-player.js';
import type { BrowserName } from '../../support/browsers.js';
import { type PageProgram, PagePrograms, type PageWishes } from '../../support/page-programs.js';
import type { IdentityPage } from './support/identity-page.js';
import { LyingLobby } from './support/lying-lobby.js';
import { player } from './support/meeting.js';
import { replaying } from './support/replay.js';

const PATIENT = { timeout: 45_000, interval: 50 };
/** Browsers find no address without a network of their own. */
const isNamespaced = process.env.SCENEWIRE_NAMESPACE !== undefined;

let browsers: PagePrograms<IdentityPage>;
let world: LobbyWorld | null = null;
let lobby: LyingLobby | null = null;
const PAIRS: readonly (readonly [BrowserName, BrowserName])[] = [
  ['chromium', 'chromium'],
  ['chromium', 'firefox'],
];
const logsOf = async (...all: PageProgram<IdentityPage>[]): Promise<string[]> =>
  (await Promise.all(all.map((made) => made.call('log')))).flat();
const players: RealPlayer[] = [];

const page = (name: BrowserName, wishes: PageWishes = {}): Promise<PageProgram<IdentityPage>> =>
  browsers.open(name, wishes);

describe.runIf(isNamespaced)('identities in browsers', () => {
  beforeAll(async () => {
    setErrorHandler(() => {});
    browsers = await PagePrograms.start<IdentityPage>('test/media/identity/support/identity-page.ts');
  });
  afterEach(async () => {
    for (const made of players.splice(0)) made.end();
    // Keys and friends, too: a second attempt would know whom the first one has met.
    await browsers.forget();
    await lobby?.close();
    await world?.close();
    lobby = world = null;
  });
  afterAll(async () => {
    await browsers.stop();
    setErrorHandler(null);
  });

  it.each(['chromium', 'firefox'] as const)(
    'the key of a player in %s outlives the page, is the same in all tabs, and cannot be got out',
    async (name) => {
      const store = `keys of ${name}`;
      const [one, other] = [await page(name), await page(name)];
      const [first, second] = await Promise.all([one.call('load', { store }), other.call('load', { store })]);
      expect(second).toEqual(first);
      expect(first.kind).toBe('Ed25519');
      await one.reload();
      expect(await one.call('load', { store })).toEqual(first);
      expect(await one.call('steal', store)).toBe('InvalidAccessError');
      const es256 = await one.call('load', { store: `${store}, other`, algorithm: 'ES256' });
      expect([es256.kind, es256.fingerprint === first.fingerprint]).toEqual(['P-256', false]);
      // The player deletes the data of the site while it is open: no page stands in the way, or stays without a store.
      expect(await one.call('clear', store)).toBe('deleted');
      expect(await other.call('known')).toEqual([]);
      const next = await other.call('load', { store });
      expect(next.fingerprint).not.toBe(first.fingerprint);
      expect(await one.call('load', { store })).toEqual(next);
    },
  );

  it('R-060 Chromium, Firefox and Node know each other by an invitation, and by the meeting before', async () => {
    world = await memoryWorld();
    const url = world.url();
    const [host, guest] = [await page('chromium'), await page('firefox')];
    const ann = await host.call('load', { name: 'Ann' });
    const bob = await guest.call('load', { name: 'Bob', algorithm: 'ES256' });
    const carol = await player({ name: 'Carol' });
    const invitation = await host.call('host', url);
    expect(invitation).toMatch(new RegExp(`^\\w+#${ann.fingerprint}$`));
    const node = new RealPlayer(url, { identity: carol });
    players.push(node);
    await node.session.join(invitation);
    node.play();
    const bobsId = await guest.call('join', url, invitation);
    await expect.poll(() => guest.call('log'), PATIENT).toContain('connected 1');
    await expect.poll(() => node.log, PATIENT).toContain('connected 1');
    expect(await guest.call('proof', 1)).toEqual({ by: 'invitation', key: ann.fingerprint, name: 'Ann' });
    await expect.poll(() => host.call('log'), PATIENT).toContain(`connected ${bobsId}`);
    expect(await host.call('proof', bobsId)).toEqual({ by: 'first-use', key: bob.fingerprint, name: 'Bob' });
    await expect.poll(() => host.call('log'), PATIENT).toContain(`connected ${node.id}`);
    expect(await host.call('proof', node.id)).toMatchObject({ key: carol.fingerprint });
    // Without the invitation's key, and after a reload: whom Bob met is in his browser.
    await guest.reload();
    expect(await guest.call('load', { name: 'Bob', policy: 'require' })).toEqual(bob);
    await guest.call('join', url, invitation.split('#')[0] as string);
    await expect.poll(() => guest.call('log'), PATIENT).toContain('connected 1');
    expect(await guest.call('proof', 1)).toMatchObject({ by: 'known', key: ann.fingerprint });
  });

  it.each([
    ['forwards', 'fingerprint_mismatch'],
    ['strips', 'missing'],
  ] as const)('a lobby between Chromium and Node that %s assertions is refused as %s', async (lie, reason) => {
    world = await memoryWorld();
    lobby = await LyingLobby.before(world.url(), {});
    lobby.lie = lie;
    const guest = await page('chromium');
    await guest.call('load', {});
    const host = new RealPlayer(lobby.url, { identity: await player(), configuration: {} });
    players.push(host);
    host.session.peer_failed.connect((_id, { identity }) => host.log.push(`refused identity_refused ${identity}`));
    await host.session.host();
    host.play();
    await guest.call('join', lobby.url, host.session.code);
    const logs = async (): Promise<string[]> => [...host.log, ...(await guest.call('log'))];
    await expect.poll(logs, PATIENT).toContain(`refused identity_refused ${reason}`);
    expect((await logs()).filter((line) => line.startsWith('connected'))).toEqual([]);
    expect(lobby.overheard).toEqual([]);
  });

  it.each(PAIRS)('R-060 between %s and %s every lie of a lobby is refused, with its reason', async (first, second) => {
    world = await memoryWorld();
    lobby = await LyingLobby.before(world.url(), {});
    const [host, guest] = [await page(first), await page(second)];
    await host.call('load', { store: 'host' });
    await guest.call('load', { store: 'guest' });
    const eve = await player();
    for (const [lie, reason] of [
      ['forwards', 'fingerprint_mismatch'],
      ['strips', 'missing'],
      ['signs', 'wrong_key'],
    ] as const) {
      lobby.lie = lie;
      const invitation = await host.call('host', lobby.url);
      const room = invitation.split('#')[0] as string;
      lobby.provider = ({ self, peer }) => eve.providerFor({ room, self, peer });
      await guest.call('join', lobby.url, invitation);
      await expect.poll(() => logsOf(host, guest), PATIENT).toContain(`refused identity_refused ${reason}`);
      expect((await guest.call('log')).filter((text) => text.startsWith('connected'))).toEqual([]);
    }
    lobby.honest = true;
    for (const kind of ['offer', 'answer'] as const) {
      // The first answer never comes, so that there is a second attempt.
      lobby.edits = replaying(kind);
      const invitation = await host.call('host', lobby.url, { signalMs: 500 });
      await guest.call('join', lobby.url, invitation, { signalMs: 500 });
      await expect.poll(() => logsOf(host, guest), PATIENT).toContain('refused identity_refused replayed');
    }
  });

  it.each(PAIRS)('between %s and %s clocks may differ by five minutes, and not by more', async (first, second) => {
    world = await memoryWorld();
    const [host, guest] = [await page(first), await page(second)];
    await guest.call('load', { store: 'guest' });
    for (const [minutes, outcome] of [
      [5, /^connected/],
      [-5, /^connected/],
      [6, /^refused identity_refused not_yet_valid$/],
      [8, /^refused identity_refused expired$/],
    ] as const) {
      await host.call('load', { store: 'host', minutes });
      await guest.call('join', world.url(), await host.call('host', world.url()));
      await expect.poll(async () => (await logsOf(host, guest)).some((text) => outcome.test(text)), PATIENT).toBe(true);
      if (minutes > 5) expect((await logsOf(host, guest)).join()).not.toContain('connected');
    }
  });

  it('R-059 a page to which a part of the library does not come tells it, at once or after 5 s', async () => {
    world = await memoryWorld();
    const url = world.url();
    const host = new RealPlayer(url, { identity: await player(), configuration: {} });
    players.push(host);
    const code = await host.session.host();
    host.play();
    const guests = [
      ['chromium', 'fails', 'failed'],
      ['firefox', 'fails', 'failed'],
      ['chromium', 'stalls', 'timeout'],
      ['firefox', 'stalls', 'timeout'],
    ] as const;
    await Promise.all(
      guests.map(async ([name, how, reason]) => {
        const guest = await page(name, { block: { files: /identity-desk|connection-media/, how } });
        const without = guest.call('offerWithTrack');
        await guest.call('load', { store: how });
        await guest.call('join', url, code);
        await expect.poll(() => guest.call('log'), PATIENT).toContain(`refused identity_refused ${reason}`);
        expect((await guest.call('log')).join()).not.toContain('connected');
        expect(await without).toEqual(['What carries tracks could not be loaded']);
      }),
    );
  }, 120_000);

  it('the same lobby reads everything where nobody looks', async () => {
    world = await memoryWorld();
    lobby = await LyingLobby.before(world.url(), {});
    const guest = await page('chromium');
    const host = new RealPlayer(lobby.url, { configuration: {} });
    players.push(host);
    const code = await host.session.host();
    host.play();
    await guest.call('join', lobby.url, code);
    await expect.poll(() => guest.call('log'), PATIENT).toContain('connected 1');
    await guest.call('say', 'a secret');
    await expect.poll(() => host.log.at(-1), PATIENT).toMatch(/says a secret$/);
    expect(lobby.overheard.some((text) => text.includes('a secret'))).toBe(true);
  });
});
