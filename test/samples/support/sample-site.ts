import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { LobbyServer } from 'scenewire/lobby-server';
import { inRoot } from '../../../scripts/lib/paths.js';
import { bundleInParts } from './bundle.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
};

/** One sample as a page, with a lobby on the same port, at `/lobby`. */
export class SampleSite {
  readonly url: string;
  readonly #server: Server;
  readonly #lobby: LobbyServer;

  private constructor(server: Server, lobby: LobbyServer) {
    this.#server = server;
    this.#lobby = lobby;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  static async open(sample: string): Promise<SampleSite> {
    const folder = inRoot(`samples/${sample}`);
    const files = await bundleInParts(join(folder, 'main.ts'), 'main');
    const server = createServer((request, response) => {
      const name = new URL(request.url ?? '/', 'http://page').pathname.slice(1) || 'index.html';
      const isPage = name === 'index.html' || name === 'style.css';
      // A page may borrow the style of another sample, or what several share.
      const other = /^[a-z-]+\/(?:style|page)\.css$/.test(name) ? inRoot(`samples/${name}`) : null;
      const text = isPage ? readFileSync(join(folder, name)) : other ? readFileSync(other) : files.get(name);
      response.writeHead(text === undefined ? 404 : 200, { 'content-type': TYPES[extname(name)] ?? 'text/plain' });
      response.end(text);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const lobby = new LobbyServer({ server, path: '/lobby', log: () => {} });
    await lobby.listen();
    return new SampleSite(server, lobby);
  }

  get lobby(): string {
    return `${this.url.replace('http', 'ws')}lobby`;
  }

  async close(): Promise<void> {
    await this.#lobby.close();
    this.#server.closeAllConnections();
    await new Promise<void>((closed) => this.#server.close(() => closed()));
  }
}
