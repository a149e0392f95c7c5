import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { LobbyServer } from 'scenewire/lobby-server';
import { inRoot } from '../../../scripts/lib/paths.js';
import { type PageServer, serveFiles } from '../../nodes/support/page-server.js';
import { bundleInParts } from './bundle.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
};

/** One sample as a page, with a lobby on the same port, at `/lobby`. */
export class SampleSite {
  readonly url: string;
  readonly #site: PageServer;
  readonly #lobby: LobbyServer;

  private constructor(site: PageServer, lobby: LobbyServer) {
    this.#site = site;
    this.#lobby = lobby;
    this.url = `${site.address}/`;
  }

  static async open(sample: string): Promise<SampleSite> {
    const folder = inRoot(`samples/${sample}`);
    const files = await bundleInParts(join(folder, 'main.ts'), 'main');
    const site = await serveFiles((path) => {
      const name = path || 'index.html';
      const isPage = name === 'index.html' || name === 'style.css';
      // A page may borrow the style of another sample, or what several share.
      const other = /^[a-z-]+\/(?:style|page)\.css$/.test(name) ? inRoot(`samples/${name}`) : null;
      const text = isPage ? readFileSync(join(folder, name)) : other ? readFileSync(other) : files.get(name);
      return text === undefined ? undefined : { text, type: TYPES[extname(name)] ?? 'text/plain' };
    });
    const lobby = new LobbyServer({ server: site.server, path: '/lobby', log: () => {} });
    await lobby.listen();
    return new SampleSite(site, lobby);
  }

  get lobby(): string {
    return `${this.url.replace('http', 'ws')}lobby`;
  }

  async close(): Promise<void> {
    await this.#lobby.close();
    await this.#site.close();
  }
}
