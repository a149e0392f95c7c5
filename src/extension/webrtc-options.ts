import { Err } from '../core/err.js';
import { pushError } from '../core/fail.js';
import {
  type DataChannelOptions,
  type IceServer,
  type LegacyIceServer,
  type NativeOptions,
  type OfferOptions,
  type ProxyConfig,
  ProxyType,
  type RtcCapabilities,
  type RtcConfiguration,
} from './webrtc-types.js';

/** The one parser of everything a caller configures. What comes out is a copy: later edits of the input change nothing. */

export interface ConnectionConfig {
  readonly iceServers: readonly IceServer[];
  readonly iceTransportPolicy: 'all' | 'relay';
  readonly proxyConfig: ProxyConfig | null;
  readonly autoAnswer: boolean;
  readonly maxInboundPackets: number;
  readonly maxInboundBytes: number;
  readonly maxOutboundBytes: number;
  readonly libdatachannel: Readonly<NativeOptions>;
  readonly browser: object;
}

export interface ChannelConfig {
  readonly negotiated: boolean;
  /** Only of a negotiated channel. */
  readonly id: number | null;
  readonly ordered: boolean;
  readonly maxRetransmits: number | null;
  readonly maxPacketLifeTime: number | null;
  readonly protocol: string;
}

const SCHEME = /^(?:stuns?|turns?):\S+$/;
const MAX_TEXT_BYTES = 65535;
/** About two minutes of a busy channel that nobody reads: 500 packets a second. */
const MAX_INBOUND_PACKETS = 65536;
const MAX_INBOUND_BYTES = 32 * 1024 * 1024;
/** What Chromium itself queues on one channel before `send` throws. */
const MAX_OUTBOUND_BYTES = 16 * 1024 * 1024;

/** Thrown inside the parser only; both entry points turn it into a code. */
class OptionError extends Error {
  readonly err: Err;

  constructor(message: string, err: Err = Err.ERR_INVALID_PARAMETER) {
    super(message);
    this.err = err;
  }
}

/** The parsed configuration, or the code after reporting it. */
export function parseConfiguration(
  input: RtcConfiguration,
  capabilities: RtcCapabilities,
): ConnectionConfig | Exclude<Err, 0> {
  return guarded(() => {
    const source: RtcConfiguration = isRecord(input) ? input : {};
    return {
      iceServers: parseIceServers(source.iceServers),
      iceTransportPolicy: source.iceTransportPolicy === 'relay' ? 'relay' : 'all',
      proxyConfig: parseProxy(source.proxyConfig, capabilities),
      autoAnswer: source.autoAnswer !== false,
      maxInboundPackets: parseLimit('maxInboundPackets', source.maxInboundPackets, MAX_INBOUND_PACKETS),
      maxInboundBytes: parseLimit('maxInboundBytes', source.maxInboundBytes, MAX_INBOUND_BYTES),
      maxOutboundBytes: parseLimit('maxOutboundBytes', source.maxOutboundBytes, MAX_OUTBOUND_BYTES),
      libdatachannel: isRecord(source.libdatachannel) ? { ...source.libdatachannel } : {},
      browser: isRecord(source.browser) ? { ...source.browser } : {},
    };
  });
}

/** The parsed options of a channel, or the code after reporting it. `idsInUse` are those of this connection. */
export function parseChannelOptions(
  label: string,
  input: DataChannelOptions,
  capabilities: RtcCapabilities,
  idsInUse: ReadonlySet<number>,
): ChannelConfig | Exclude<Err, 0> {
  return guarded(() => {
    const source: DataChannelOptions = isRecord(input) ? input : {};
    const negotiated = source.negotiated === true;
    const maxRetransmits = parseReliability('maxRetransmits', source.maxRetransmits);
    const maxPacketLifeTime = parseLifeTime(source);
    if (maxRetransmits !== null && maxPacketLifeTime !== null) {
      throw new OptionError('Only one of maxRetransmits and maxPacketLifeTime can be set');
    }
    parseText('label', label);
    return {
      negotiated,
      id: parseId(negotiated, source.id, capabilities, idsInUse),
      ordered: source.ordered !== false,
      maxRetransmits,
      maxPacketLifeTime,
      protocol: parseText('protocol', source.protocol ?? ''),
    };
  });
}

/** The parsed options of an offer, or the code after reporting it. */
export function parseOfferOptions(input: OfferOptions): OfferOptions | Exclude<Err, 0> {
  return guarded(() => {
    const source: OfferOptions = isRecord(input) ? input : {};
    return { renegotiate: source.renegotiate === true, iceRestart: source.iceRestart === true };
  });
}

/** A configuration with some members replaced, unchecked, or the code after reporting it. */
export function mergeConfiguration(
  config: ConnectionConfig,
  change: RtcConfiguration,
): RtcConfiguration | Exclude<Err, 0> {
  return guarded(() => ({ ...config, ...(isRecord(change) ? change : {}) }) as RtcConfiguration);
}

function guarded<T>(parse: () => T): T | Exclude<Err, 0> {
  try {
    return parse();
  } catch (thrown) {
    // A getter or proxy in the input may throw anything: that is a bad parameter too.
    const err = (thrown instanceof OptionError ? thrown.err : Err.ERR_INVALID_PARAMETER) as Exclude<Err, 0>;
    pushError(thrown instanceof Error ? thrown.message : 'The options cannot be read', err);
    return err;
  }
}

function parseIceServers(input: unknown): readonly IceServer[] {
  return Array.isArray(input) ? input.map(parseIceServer) : [];
}

function parseIceServer(input: unknown): IceServer {
  if (!isRecord(input)) throw new OptionError('An ICE server is not an object');
  const { urls, uri, username, userName, credential, password } = input as Partial<IceServer & LegacyIceServer>;
  const list: readonly unknown[] = Array.isArray(urls) ? urls : [urls ?? uri];
  if (list.length === 0) throw new OptionError('An ICE server has no urls');
  for (const url of list) {
    if (typeof url !== 'string' || !SCHEME.test(url)) {
      throw new OptionError(`An ICE server needs urls with stun:, stuns:, turn: or turns:, got ${String(url)}`);
    }
  }
  const user = username ?? userName;
  const secret = credential ?? password;
  return {
    urls: [...(list as string[])],
    ...(user !== undefined && { username: String(user) }),
    ...(secret !== undefined && { credential: String(secret) }),
  };
}

function parseProxy(input: unknown, capabilities: RtcCapabilities): ProxyConfig | null {
  if (input === undefined || input === null) return null;
  if (!isRecord(input)) throw new OptionError('proxyConfig is not an object');
  const proxy = { ...input } as unknown as ProxyConfig;
  if (proxy.type === ProxyType.PROXY_TYPE_NONE) return null;
  if (proxy.type !== ProxyType.PROXY_TYPE_HTTP && proxy.type !== ProxyType.PROXY_TYPE_SOCKS5) {
    throw new OptionError('proxyConfig.type is not a ProxyType');
  }
  if (typeof proxy.hostAddress !== 'string' || proxy.hostAddress === '') {
    throw new OptionError('proxyConfig.hostAddress is empty');
  }
  if (!isIntegerIn(proxy.hostPort, 1, 65535)) throw new OptionError('proxyConfig.hostPort is not in 1 to 65535');
  const missing =
    !capabilities.proxy ||
    (proxy.autoDetect === true && !capabilities.proxyAutoDetect) ||
    (Boolean(proxy.autoConfigUrl) && !capabilities.proxyAutoConfig) ||
    (Boolean(proxy.bypassList) && !capabilities.proxyBypass);
  // A proxy that would be ignored is an error: the player's address would leave by another way than was asked for.
  if (missing) throw new OptionError('This back end cannot honour the proxy', Err.ERR_UNAVAILABLE);
  return proxy;
}

function parseId(
  negotiated: boolean,
  id: unknown,
  capabilities: RtcCapabilities,
  idsInUse: ReadonlySet<number>,
): number | null {
  if (!negotiated) {
    if (id !== undefined) throw new OptionError('A channel id needs negotiated: true');
    return null;
  }
  const most = Math.min(65534, capabilities.maxDataChannelId);
  if (!isIntegerIn(id, 0, most)) throw new OptionError(`A negotiated channel needs an id from 0 to ${most}`);
  if (idsInUse.has(id)) throw new OptionError(`The channel id ${id} is already used here`);
  return id;
}

function parseLifeTime(source: DataChannelOptions): number | null {
  const usual = parseReliability('maxPacketLifeTime', source.maxPacketLifeTime);
  const other = parseReliability('maxPacketLifetime', source.maxPacketLifetime);
  if (usual !== null && other !== null && usual !== other) {
    throw new OptionError('maxPacketLifeTime and maxPacketLifetime have different values');
  }
  return usual ?? other;
}

function parseReliability(name: string, value: unknown): number | null {
  if (value === undefined || value === null) return null;
  if (!isIntegerIn(value, 0, 65535)) throw new OptionError(`${name} is not in 0 to 65535`);
  return value;
}

function parseText(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new OptionError(`The channel's ${name} is not text`);
  // Three bytes a UTF-16 unit at most: only a long text has to be encoded to be measured.
  if (value.length * 3 > MAX_TEXT_BYTES && new TextEncoder().encode(value).length > MAX_TEXT_BYTES) {
    throw new OptionError(`The channel's ${name} is longer than ${MAX_TEXT_BYTES} bytes`);
  }
  return value;
}

function parseLimit(name: string, value: unknown, preset: number): number {
  if (value === undefined) return preset;
  if (!isIntegerIn(value, 1, Number.MAX_SAFE_INTEGER)) throw new OptionError(`${name} is not a positive integer`);
  return value;
}

function isIntegerIn(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
