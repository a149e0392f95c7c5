import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bundleInParts } from '../../samples/support/bundle.js';

export interface PageServer {
  /** Without a slash at the end. */
  readonly address: string;
  close(): Promise<void>;
}

/** What a policy forbids that names no workers: those from a blob, which is what the heartbeat makes. */
const STRICT_POLICY = "default-src 'self'; script-src 'self'";

/** Serves one program as a page: `/` as it is, and `/strict` with a content security policy. */
export async function servePage(program: string): Promise<PageServer> {
  const files = await bundleInParts(program);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    const file = files.get(pathname.slice(1));
    if (file !== undefined) {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(file);
      return;
    }
    const policy = pathname === '/strict' ? { 'content-security-policy': STRICT_POLICY } : {};
    const page =
      '<!doctype html><meta charset="utf-8"><title>scenewire</title><body><script type="module" src="/program.js"></script>';
    response.writeHead(200, { 'content-type': 'text/html', ...policy }).end(page);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((closed) => void server.close(() => closed())),
  };
}
