import { expect, test } from 'vitest';
import { BrowserWorld } from '../conformance/support/browser-world.js';
import { nativeWorld } from '../conformance/support/native-world.js';
import { Pair } from '../conformance/support/pair.js';
import { leastOf } from '../support/rounds.js';

const inNamespace = process.env.SCENEWIRE_NAMESPACE !== undefined || process.env.SCENEWIRE_LOOPBACK_ONLY === '1';

/** Joins a page to a server here, leaves the page, and gives how long that took to be known. */
async function leaveOnce(): Promise<number> {
  const [here, page] = [nativeWorld(), await BrowserWorld.open('chromium')];
  const pair = new Pair(here, page);
  try {
    await pair.reset();
    for (const side of ['a', 'b'] as const) {
      await pair.world(side).run((lab, name) => {
        const { connection } = lab.make(name, { to: name === 'a' ? 'b' : 'a' });
        const peer = new lab.sw.WebRTCMultiplayerPeer();
        if (name === 'a') peer.createServer();
        else peer.createClient(7);
        peer.addPeer(connection, name === 'a' ? 7 : 1);
        peer.peer_disconnected.connect((_id, reason) => {
          lab.kept['reason'] = reason;
        });
        lab.kept['peer'] = peer;
        lab.polled.push(peer);
        if (name === 'b') lab.sw.followPage(peer);
      }, side);
    }
    await pair.offer('a');
    const connected = (lab: import('../conformance/support/lab.js').Lab): boolean =>
      (lab.kept['peer'] as import('scenewire').WebRTCMultiplayerPeer).getPeers().values().next().value?.connected ===
      true;
    await pair.until('a', connected as never, null);
    await pair.until('b', connected as never, null);
    await page.leave();
    const left = performance.now();
    while (!(await here.run((lab) => lab.kept['reason'] !== undefined, null))) await here.frame([], () => true, null);
    const knownAfter = performance.now() - left;
    expect(await here.run((lab) => lab.kept['reason'], null)).toBe('left');
    return knownAfter;
  } finally {
    await page.close();
    await here.close();
  }
}

test.runIf(inNamespace)('a page that is left says so: the others know within 250 ms (followPage)', async () => {
  expect(await leastOf(3, 250, leaveOnce)).toBeLessThan(250);
});
