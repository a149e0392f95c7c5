import type { WebRTCMultiplayerPeer } from 'scenewire';
import type { Figures } from './figures.js';
import { FIRST_CLIENT, modes } from './peers-end.js';
import { FRAME_MS, putAt, SimulatedRoom, stamped } from './peers-room.js';
import { percentile } from './statistics.js';

const TRANSFER_BYTES = 1024 * 1024;
/** What one message of a data channel holds everywhere; without the link the app has to cut by itself. */
const CHUNK_BYTES = 64 * 1024;
const TRANSFERS = 20;
const PAUSE_MS = 500;
const PATIENCE_MS = 20_000;
const CALL_BYTES = 100;
const CALL_EVERY_FRAMES = 3;
const TRANSFER_CHANNEL = 1;

interface Outcome {
  /** How long each call took that was put during a transfer. */
  readonly calls: number[];
  readonly transferMs: number[];
}

/** A level that is sent while the game goes on: how much longer do calls take, on another channel of the same kind? */
export async function measureTransfer(figures: Figures): Promise<void> {
  for (const latencyMs of [10, 30]) {
    const quiet = play(true, latencyMs, false);
    for (const isLinked of [false, true]) {
      const name = `${isLinked ? 'linked' : 'plain'}, ${latencyMs} ms`;
      const { calls, transferMs } = play(isLinked, latencyMs, true);
      const [p95, quietP95] = [percentile(calls, 0.95), percentile(quiet.calls, 0.95)];
      console.log(
        `${name}: ${calls.length} calls, p95 ${p95.toFixed(0)} ms during transfers, ${quietP95.toFixed(0)} ms without; ` +
          `1 MiB took ${percentile(transferMs, 0.5).toFixed(0)} ms`,
      );
      if (isLinked) figures.report(`transfer-call-delay-${latencyMs}ms`, p95 - quietP95, 'ms', { atMost: 49 });
    }
  }
}

function play(isLinked: boolean, latencyMs: number, isTransferring: boolean): Outcome {
  const conditions = { latencyMs, bandwidthBps: 10_000_000, queuePackets: 100 };
  const room = new SimulatedRoom({ conditions, isLinked, channels: [modes['reliable']!] });
  const outcome: Outcome = { calls: [], transferMs: [] };
  const round = new Round(room, outcome);
  for (let i = 0; i < TRANSFERS; i += 1) round.run(isLinked, isTransferring);
  return outcome;
}

/** One transfer and the calls beside it, up to the last call's arrival. */
class Round {
  readonly #room: SimulatedRoom;
  readonly #outcome: Outcome;
  #frames = 0;
  #received = 0;

  constructor(room: SimulatedRoom, outcome: Outcome) {
    this.#room = room;
    this.#outcome = outcome;
  }

  run(isLinked: boolean, isTransferring: boolean): void {
    const { clock, server } = this.#room;
    const start = clock.now();
    this.#received = 0;
    if (isTransferring) putLarge(server, isLinked ? TRANSFER_BYTES : CHUNK_BYTES);
    const isDone = (): boolean =>
      isTransferring ? this.#received >= TRANSFER_BYTES : clock.now() - start >= 2 * PAUSE_MS;
    while (!isDone() && clock.now() - start < PATIENCE_MS) this.#frame(true);
    this.#outcome.transferMs.push(clock.now() - start);
    for (let ms = 0; ms < PAUSE_MS; ms += FRAME_MS) this.#frame(false);
  }

  #frame(isCalling: boolean): void {
    const { clock, server, clients } = this.#room;
    this.#room.frame(() => {
      this.#take(clients[0]!, clock.now());
      this.#frames += 1;
      if (!isCalling || this.#frames % CALL_EVERY_FRAMES !== 0) return;
      server.transferChannel = 0;
      server.putPacket(stamped(clock.now(), CALL_BYTES));
    });
  }

  #take(client: WebRTCMultiplayerPeer, now: number): void {
    while (client.getAvailablePacketCount() > 0) {
      const isCall = client.getPacketChannel() === 0;
      const packet = client.getPacket();
      if (isCall) this.#outcome.calls.push(now - putAt(packet));
      else this.#received += packet.length;
    }
  }
}

function putLarge(server: WebRTCMultiplayerPeer, packetBytes: number): void {
  server.setTargetPeer(FIRST_CLIENT);
  server.transferMode = modes['reliable']!;
  server.transferChannel = TRANSFER_CHANNEL;
  for (let sent = 0; sent < TRANSFER_BYTES; sent += packetBytes) server.putPacket(new Uint8Array(packetBytes).fill(7));
}
