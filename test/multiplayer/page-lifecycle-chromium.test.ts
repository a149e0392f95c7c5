import { expect, test } from 'vitest';
import { BrowserWorld } from '../conformance/support/browser-world.js';
import { nativeWorld } from '../conformance/support/native-world.js';
import { Pair } from '../conformance/support/pair.js';

const inNamespace = process.env.SCENEWIRE_NAMESPACE !== undefined || process.env.SCENEWIRE_LOOPBACK_ONLY === '1';

test.runIf(inNamespace)('a page that is left says so: the others know within 250 ms (followPage)', async () => {
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
    while (performance.now() - left < 5000) {
      await here.frame([], () => true, null);
      if (await here.run((lab) => lab.kept['reason'] !== undefined, null)) break;
    }
    expect(await here.run((lab) => lab.kept['reason'], null)).toBe('left');
    expect(performance.now() - left).toBeLessThan(250);
  } finally {
    await page.close();
    await here.close();
  }
});
