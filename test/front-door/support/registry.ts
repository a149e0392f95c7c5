import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { inRoot } from '../../../scripts/lib/paths.js';

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** What npm asks for its packages: this project's own, as it was packed, and those of its node_modules, each in one version. */
export class Registry {
  readonly url: string;
  readonly #server: Server;
  readonly #packed: string;

  private constructor(server: Server, packed: string) {
    this.#server = server;
    this.#packed = packed;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  /** `packed` is what `npm pack` made. */
  static async open(packed: string): Promise<Registry> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const registry = new Registry(server, packed);
    server.on('request', ({ url = '' }, response) => registry.#answer(decodeURIComponent(url.slice(1)), response));
    return registry;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((closed) => this.#server.close(() => closed()));
  }

  #answer(path: string, response: ServerResponse): void {
    const [name = '', isArchive] = path.endsWith('.tar') ? [path.slice(0, -'.tar'.length), true] : [path];
    const file = manifestOf(name);
    if (!existsSync(file)) response.writeHead(404).end('{}');
    else if (isArchive) this.#sendArchive(name, dirname(file), response);
    else response.end(JSON.stringify(this.#describe(name, file)));
  }

  #describe(name: string, file: string): object {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    const version = {
      ...manifest,
      dependencies: asInstalled(manifest.dependencies),
      optionalDependencies: asInstalled(manifest.optionalDependencies),
      dist: { tarball: `${this.url}${name}.tar` },
    };
    return { name, 'dist-tags': { latest: manifest.version }, versions: { [manifest.version]: version } };
  }

  #sendArchive(name: string, folder: string, response: ServerResponse): void {
    if (name === 'scenewire') {
      response.end(readFileSync(this.#packed));
      return;
    }
    // Without what only editors and debuggers read, which is most of it.
    const tar = spawn('tar', ['-c', '--exclude=*.map', '--exclude=*.d.ts', '-C', join(folder, '..'), folderName(name)]);
    tar.stdout.pipe(response);
  }
}

const folderName = (name: string): string => name.split('/').at(-1) ?? name;

const manifestOf = (name: string): string =>
  inRoot(name === 'scenewire' ? 'package.json' : `node_modules/${name}/package.json`);

/** The versions that are here; those for other platforms are not. */
function asInstalled(dependencies: Manifest['dependencies'] = {}): Record<string, string> {
  const here = Object.keys(dependencies).filter((name) => existsSync(manifestOf(name)));
  const version = (name: string): string => (JSON.parse(readFileSync(manifestOf(name), 'utf8')) as Manifest).version;
  return Object.fromEntries(here.map((name) => [name, version(name)]));
}
