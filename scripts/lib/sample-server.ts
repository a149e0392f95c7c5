import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { indexPage, type Sample } from './samples.js';

export interface SampleServerOptions {
  readonly samples: readonly Sample[];
  /** Where the bundled programs are: NAME/main.js. */
  readonly bundles: string;
  /** A file for the index: what the first sample looks like. */
  readonly picture?: string;
  readonly host: string;
  /** The first port to try; when it is taken, the next ones are. */
  readonly port: number;
}

export interface SampleServer {
  readonly url: string;
  readonly port: number;
  /** For what is served beside the samples: a lobby. */
  readonly http: Server;
  close(): void;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.glb': 'model/gltf-binary',
};

const PORTS_TO_TRY = 20;
const PICTURE = '/picture';
const ALL_ADDRESSES = '0.0.0.0';

export async function serveSamples(options: SampleServerOptions): Promise<SampleServer> {
  const server = createServer((request, response) => answer(request.url ?? '/', response, options));
  const port = await listenOnFreePort(server, options);
  return {
    url: `http://${options.host === ALL_ADDRESSES ? 'localhost' : options.host}:${port}/`,
    port,
    http: server,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function listenOnFreePort(server: Server, { host, port }: SampleServerOptions): Promise<number> {
  for (let tried = 0; tried < PORTS_TO_TRY; tried += 1) {
    const found = await listen(server, host, port + tried);
    if (found !== undefined) return found;
  }
  throw new Error(
    `the ports ${port} to ${port + PORTS_TO_TRY - 1} are all taken: npm start -- --port NUMBER takes others`,
  );
}

/** The port it listens on, or nothing when that is taken. */
function listen(server: Server, host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else if (error.code === 'EACCES')
        reject(new Error(`port ${port} is not for everybody here: take one from 1024 up`));
      else reject(error);
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function answer(url: string, response: ServerResponse, options: SampleServerOptions): void {
  const path = decodePath(url);
  const folders = [...options.samples, ...sharedBy(options.samples)];
  const sample = folders.find(({ name }) => path === `/${name}` || path.startsWith(`/${name}/`));
  const file = sample && findFile(sample, path.slice(sample.name.length + 2) || 'index.html', options.bundles);
  const { picture } = options;
  if (path === '/') send(response, 200, types['.html']!, indexPage(options.samples, picture && PICTURE));
  else if (path === PICTURE && picture !== undefined) send(response, 200, typeOf(picture), readFileSync(picture));
  else if (path === `/${sample?.name}`) redirect(response, `${path}/`);
  else if (file === undefined) send(response, 404, 'text/plain', 'not found\n');
  else send(response, 200, typeOf(file), readFileSync(file));
}

/** What the pages of several samples use lies in a folder beside them. */
const sharedBy = ([sample]: readonly Sample[]): Sample[] =>
  sample === undefined ? [] : [{ name: 'shared', title: '', summary: '', folder: join(sample.folder, '../shared') }];

const typeOf = (file: string): string => types[extname(file)] ?? 'application/octet-stream';

function decodePath(url: string): string {
  try {
    return decodeURIComponent(url.split(/[?#]/)[0] ?? '/');
  } catch {
    return '';
  }
}

/** Bundled programs come before the sample's own files; nothing outside of the two folders is served. */
function findFile(sample: Sample, path: string, bundles: string): string | undefined {
  const inside = normalize(path);
  if (inside.startsWith('..') || inside.startsWith(sep) || inside.includes('\0')) return undefined;
  const places = [join(bundles, sample.name, inside), join(sample.folder, inside)];
  return places.find((place) => existsSync(place) && statSync(place).isFile());
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location });
  response.end();
}
