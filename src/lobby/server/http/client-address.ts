import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/**
 * Which proxies in front of the server are believed when they say, in `X-Forwarded-For`, whom they speak for. None by
 * default: anybody can write that header. A number: so many proxies, one behind the other, through which every client
 * comes. A list: their addresses or networks (`10.0.0.0/8`), or `loopback`, or `private`.
 */
export type TrustProxy = false | number | readonly string[];

const networks: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'],
};

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** Of a header; a client can make it as long as it likes. */
const MAX_HOPS = 32;
/** A server on a Unix socket has no other address for its clients. */
const NO_ADDRESS = 'local';

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Throws for a list with something else in it. */
export class ClientAddress {
  readonly #hops: number;
  readonly #trusted: BlockList | null;

  constructor(trust: TrustProxy) {
    this.#hops = typeof trust === 'number' ? trust : 0;
    this.#trusted = typeof trust === 'object' ? blockListOf(trust) : null;
  }

  of(request: IncomingMessage): string {
    const remote = readAddress(request.socket.remoteAddress ?? '') ?? NO_ADDRESS;
    if (this.#hops === 0 && this.#trusted === null) return remote;
    const hops = [remote, ...forwardedFor(request)];
    let index = 0;
    while (index + 1 < hops.length && this.#isTrusted(hops[index]!, index)) index += 1;
    return hops[index]!;
  }

  #isTrusted(address: string, index: number): boolean {
    if (this.#trusted === null) return index < this.#hops;
    return isIP(address) !== 0 && this.#trusted.check(address, familyOf(address));
  }
}

function blockListOf(list: readonly string[]): BlockList {
  const block = new BlockList();
  for (const entry of list.flatMap((name) => networks[name] ?? [name])) {
    const [address = '', prefix] = entry.split('/');
    if (isIP(address) === 0) throw new TypeError(`${entry} is no address and no network`);
    if (prefix === undefined) block.addAddress(address, familyOf(address));
    else block.addSubnet(address, Number(prefix), familyOf(address));
  }
  return block;
}

/** Nearest first. It ends where somebody wrote what is no address, since nothing behind it can be believed either. */
function forwardedFor(request: IncomingMessage): string[] {
  const header = request.headers['x-forwarded-for'];
  const names = (typeof header === 'string' ? header : (header ?? []).join(',')).split(',').slice(-MAX_HOPS).reverse();
  const addresses: string[] = [];
  for (const name of names) {
    const address = readAddress(name.trim());
    if (address === null) break;
    addresses.push(address);
  }
  return addresses;
}

/** With a port, in brackets, or mapped into IPv6; null when it is no address. */
function readAddress(text: string): string | null {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
  const address = MAPPED.exec(bare)?.[1] ?? bare.replace(/%.*$/, '');
  return isIP(address) === 0 ? null : address;
}
