import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bundleInParts } from '../../samples/support/bundle.js';

export interface PageServer {
  /** Without a slash at the end. */
  readonly address: string;
  readonly server: Server;
  close(): Promise<void>;
}

/** What is served under a path. */
export interface ServedFile {
  readonly text: string | Uint8Array;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a policy forbids that names no workers: those from a blob, which is what the heartbeat makes. */
const STRICT_POLICY = "default-src 'self'; script-src 'self'";
const PAGE =
  '<!doctype html><meta charset="utf-8"><title>scenewire</title><body><script type="module" src="/program.js"></script>';

/** Every page of the tests comes from here. `find` gets the path without the slash it begins with. */
export async function serveFiles(find: (path: string) => ServedFile | undefined): Promise<PageServer> {
  const server = createServer((request, response) => {
    const file = find(new URL(request.url ?? '/', 'http://page').pathname.slice(1));
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': file.type, ...file.headers }).end(file.text);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => void server.close(() => closed()));
    },
  };
}

/** Serves one program as a page: `/` as it is, and `/strict` with a content security policy. */
export async function servePage(program: string): Promise<PageServer> {
  const files = await bundleInParts(program);
  return serveFiles((path) => {
    const script = files.get(path);
    if (script !== undefined) return { text: script, type: 'text/javascript' };
    const headers = path === 'strict' ? { 'content-security-policy': STRICT_POLICY } : {};
    return { text: PAGE, type: 'text/html', headers };
  });
}
