import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Lobby } from '../lobby.js';

interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const JSON_TYPE = 'application/json';

/** What an operator may look at: health, numbers, and the numbers once more for people. Nothing here changes anything. */
export class Pages {
  readonly #lobby: Lobby;
  readonly #prefix: string;
  readonly #startedAt = performance.now();
  #utilization = performance.eventLoopUtilization();

  /** The prefix is where the pages begin, such as `/lobby`; empty for the root. */
  constructor(lobby: Lobby, prefix: string) {
    this.#lobby = lobby;
    this.#prefix = prefix;
  }

  /** False when it is none of its pages. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (!path.startsWith(this.#prefix)) return false;
    const page = this.#pages[path.slice(this.#prefix.length) || '/'];
    if (page === undefined) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') answer(response, plain(405, 'Only GET'));
    else {
      page().then(
        (made) => answer(response, made),
        () => answer(response, plain(500, 'Server error')),
      );
    }
    return true;
  }

  readonly #pages: Readonly<Record<string, () => Promise<Page>>> = Object.assign(Object.create(null), {
    '/healthz': async () => plain(200, 'ok'),
    '/readyz': async () => this.#readiness(),
    '/metrics': async () => this.#metrics(),
    '/': async () => this.#status(),
  });

  #readiness(): Page {
    const { isDraining, services } = this.#lobby;
    const isReady = !isDraining && services.store.isAvailable;
    const body = JSON.stringify({ ready: isReady, draining: isDraining, store: services.store.isAvailable });
    return { status: isReady ? 200 : 503, type: JSON_TYPE, body };
  }

  async #metrics(): Promise<Page> {
    const gauges = (await this.#gauges()).filter(({ value }) => !Number.isNaN(value));
    const body = this.#lobby.services.metrics.text(gauges);
    return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body };
  }

  async #status(): Promise<Page> {
    const rows = (await this.#gauges()).map(({ help, value }) => {
      return `<tr><th scope="row">${help}</th><td>${Number.isNaN(value) ? '?' : Number(value.toFixed(3))}</td></tr>`;
    });
    const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Lobby</title>
<style>body{font:16px/1.5 system-ui;margin:2rem}th{text-align:left;font-weight:400;padding-right:2rem}td{text-align:right}</style>
<h1>Lobby</h1><table>${rows.join('\n')}</table></html>`;
    return { status: 200, type: 'text/html; charset=utf-8', body };
  }

  #readBusyRatio(): number {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#utilization);
    this.#utilization = now;
    return utilization;
  }

  async #gauges(): Promise<{ name: string; help: string; value: number }[]> {
    const { services, connections, isDraining } = this.#lobby;
    const { store, directory } = services;
    const rooms = await store.countRooms().catch(() => Number.NaN);
    const seated = [...connections.values()].filter(({ seat }) => seat !== null).length;
    return [
      { name: 'sockets', help: 'Open WebSockets of this process.', value: connections.size },
      { name: 'seated', help: 'WebSockets of this process that are in a room.', value: seated },
      { name: 'local_rooms', help: 'Rooms with seats in this process.', value: directory.replicas.size },
      { name: 'rooms', help: 'Rooms of the whole lobby.', value: rooms },
      { name: 'store_up', help: 'Whether the store can be reached.', value: Number(store.isAvailable) },
      { name: 'draining', help: 'Whether this process is about to end.', value: Number(isDraining) },
      { name: 'uptime_seconds', help: 'Seconds since the start.', value: (performance.now() - this.#startedAt) / 1000 },
      { name: 'memory_bytes', help: 'Resident memory of this process.', value: process.memoryUsage.rss() },
      { name: 'busy_ratio', help: 'How busy this process was since it was last asked.', value: this.#readBusyRatio() },
    ];
  }
}

const plain = (status: number, body: string): Page => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${body}\n`,
});

function answer(response: ServerResponse, { status, type, body }: Page): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
