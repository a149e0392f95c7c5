/** One illegal order of calls, named by its argument; says the codes, and then ends by itself. */
import { setErrorHandler, setLogSink, WebRTCPeerConnection } from 'scenewire';
import { SAMPLE_CANDIDATES, SAMPLE_OFFERS } from '../../support/fuzz/samples.js';
import { configuration, join, say, turn } from './handshake.js';
import { illegalOrders, type Scene } from './illegal-orders.js';

async function main(name: string): Promise<void> {
  setErrorHandler(() => {});
  setLogSink(() => {});
  const a = new WebRTCPeerConnection({ configuration });
  const b = new WebRTCPeerConnection({ configuration });
  const scene: Scene = {
    a,
    b,
    offer: SAMPLE_OFFERS[2] ?? '',
    candidate: SAMPLE_CANDIDATES[0] ?? '',
    async frames(count) {
      for (let left = count; left > 0; left -= 1) {
        await turn();
        a.poll();
        b.poll();
      }
    },
    join() {
      join(a, b);
      join(b, a);
    },
  };
  const codes = await illegalOrders[name]?.(scene);
  a.close();
  b.close();
  say(`codes ${JSON.stringify(codes)}`);
}

await main(process.argv[2] ?? '');
