import type { WebSocketMultiplayerPeer } from 'scenewire';
import { readHead } from './websocket-frames.js';
import type { Item, Scenario } from './websocket-replay.js';

/** One side of a recording that a peer of ours takes, and what it was set up with. All of it follows from the items. */
export interface PlannedSide {
  /** As the recording calls it. */
  readonly who: string;
  readonly isServer: boolean;
  /** Which of several links is its own. */
  readonly link: string | undefined;
  /** The path of the URL. */
  readonly path: string;
  /** An API stood on top of the peer: the replay plays its part. */
  readonly api: boolean;
  /** What Godot makes of a message, and what it should be. */
  readonly differs: Readonly<Record<string, string>>;
  /** Time passes: something waits for a time-out. */
  readonly isTimed: boolean;
  /** Godot refuses an answer that is correct HTTP. */
  readonly isAcceptedHere: boolean;
  setUp(peer: WebSocketMultiplayerPeer): void;
}

/** The key of RFC 6455's example: a client that was written by hand. */
const SAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const STANDARD = /^(?:host|upgrade|connection|sec-websocket-.*)$/;

export function planSides(scenario: Scenario): PlannedSide[] {
  const clients = clientsIn(scenario);
  const sides = isHandMadeServer(scenario) ? [] : [serverSide(scenario)];
  return [...sides, ...clients.map((who) => clientSide(scenario, who))];
}

const headOf = ({ items }: Scenario, dir: 'c2s' | 's2c', link?: string): string | undefined =>
  items.find((item) => item.http !== undefined && item.dir === dir && (link === undefined || item.link === link))?.http;

const isRaw = ({ items }: Scenario): boolean => items.some(({ link }) => link === 'raw');

function isHandMadeClient(scenario: Scenario): boolean {
  const request = headOf(scenario, 'c2s');
  return isRaw(scenario) && (request === undefined || request.includes(SAMPLE_KEY));
}

const isHandMadeServer = (scenario: Scenario): boolean => isRaw(scenario) && !isHandMadeClient(scenario);

function clientsIn(scenario: Scenario): string[] {
  if (isHandMadeClient(scenario)) return [];
  const named = scenario.items.flatMap(({ event }) => (/^client/.test(event?.who ?? '') ? [event?.who ?? ''] : []));
  return named.length === 0 ? ['client'] : [...new Set(named)];
}

function serverSide(scenario: Scenario): PlannedSide {
  const response = headers(headOf(scenario, 's2c'));
  const protocol = response.get('sec-websocket-protocol');
  const refusal = scenario.items.find(({ event }) => event?.event === 'refuse_new_connections')?.event;
  const timeout = timeoutOf(scenario);
  return {
    ...common(scenario),
    who: 'server',
    isServer: true,
    link: undefined,
    isAcceptedHere: false,
    setUp: (server) => {
      if (protocol !== undefined) server.supportedProtocols = [protocol];
      server.handshakeHeaders = extras(response);
      if (refusal !== undefined) server.refuseNewConnections = refusal['value'] === false;
      if (timeout !== undefined) server.handshakeTimeout = timeout;
    },
  };
}

function clientSide(scenario: Scenario, who: string): PlannedSide {
  const number = /\d+$/.exec(who)?.[0];
  const link = number === undefined ? undefined : `L${number}`;
  const request = headers(headOf(scenario, 'c2s', link));
  const response = headers(headOf(scenario, 's2c', link));
  const timeout = timeoutOf(scenario);
  return {
    ...common(scenario),
    who,
    isServer: false,
    link,
    isAcceptedHere: isRaw(scenario) && isOddButCorrect(response),
    setUp: (client) => {
      const protocols = request.get('sec-websocket-protocol');
      if (protocols !== undefined) client.supportedProtocols = protocols.split(',');
      client.handshakeHeaders = extras(request);
      // A client waits for its id without end, so there the time-out would be wrong.
      if (timeout !== undefined && headOf(scenario, 's2c') === undefined) client.handshakeTimeout = timeout;
    },
  };
}

function common(scenario: Scenario): Pick<PlannedSide, 'path' | 'api' | 'differs' | 'isTimed'> {
  return {
    path: /^GET (\S+)/.exec(headOf(scenario, 'c2s') ?? '')?.[1] ?? '/',
    api: scenario.client_ids !== undefined,
    differs: mixtures(scenario.items),
    isTimed: headOf(scenario, 'c2s') === undefined,
  };
}

/** Seconds; only the description says it. */
function timeoutOf({ description }: Scenario): number | undefined {
  const found = /handshake_timeout = ([\d.]+)/.exec(description ?? '')?.[1]?.replace(/\.$/, '');
  return found === undefined ? undefined : Number(found);
}

function headers(head: string | undefined): ReadonlyMap<string, string> {
  return new Map(head === undefined ? [] : Object.entries(readHead(head).headers));
}

function extras(found: ReadonlyMap<string, string>): string[] {
  return [...found].filter(([name]) => !STANDARD.test(name)).map(([name, value]) => `${name}: ${value}`);
}

/** Several words for Connection, or a header without a value. */
function isOddButCorrect(response: ReadonlyMap<string, string>): boolean {
  return (response.get('connection') ?? '').includes(',') || [...response.values()].includes('');
}

/** Godot mixes the payload of a ping or pong into the message around it. That is a mistake, and not repeated here. */
function mixtures(items: readonly Item[]): Record<string, string> {
  const found: Record<string, string> = {};
  let open: { mixed: string; pure: string } | null = null;
  for (const { frame, fin, payload_hex: payload = '' } of items) {
    if (frame === 'ping' || frame === 'pong') {
      if (open !== null) open.mixed += payload;
    } else if (frame === 'binary' || frame === 'text') open = fin ? null : { mixed: payload, pure: payload };
    else if (frame === 'continuation' && open !== null) {
      open = { mixed: open.mixed + payload, pure: open.pure + payload };
      if (fin && open.mixed !== open.pure) found[open.mixed] = open.pure;
      if (fin) open = null;
    }
  }
  return found;
}
