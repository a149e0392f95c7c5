import { Err } from '../core/err.js';
import { fail, messageOf } from '../core/fail.js';
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

const ICE_URL = /^(?:stuns?|turns?):\S+$/;
const MAX_TEXT_BYTES = 65535;
const LIMITS = {
  /** About two minutes of a busy channel that nobody reads: 500 packets a second. */
  maxInboundPackets: 65536,
  maxInboundBytes: 32 * 1024 * 1024,
  /** What Chromium itself queues on one channel before `send` throws. */
  maxOutboundBytes: 16 * 1024 * 1024,
} as const;

/** Thrown inside the parser only; its entry points turn it into a code. */
class OptionError extends Error {
  readonly err: Exclude<Err, 0>;

  constructor(message: string, err: Exclude<Err, 0>) {
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
    const source: RtcConfiguration = recordOf(input);
    const { iceServers, iceTransportPolicy } = source;
    return {
      iceServers: Array.isArray(iceServers) ? iceServers.map(parseIceServer) : [],
      iceTransportPolicy: iceTransportPolicy === 'relay' ? iceTransportPolicy : 'all',
      proxyConfig: parseProxy(source.proxyConfig ?? null, capabilities),
      autoAnswer: source.autoAnswer !== false,
      ...parseLimits(source),
      libdatachannel: { ...recordOf(source.libdatachannel) },
      browser: { ...recordOf(source.browser) },
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
    const source: DataChannelOptions = recordOf(input);
    const negotiated = source.negotiated === true;
    const [maxRetransmits, usual, other] = (['maxRetransmits', 'maxPacketLifeTime', 'maxPacketLifetime'] as const).map(
      (name) => ((source[name] ?? null) === null ? null : integer(name, source[name], 0, 65535)),
    ) as [number | null, number | null, number | null];
    const maxPacketLifeTime = usual ?? other;
    must(other === null || other === maxPacketLifeTime, 'maxPacketLifeTime and maxPacketLifetime differ');
    must(
      maxRetransmits === null || maxPacketLifeTime === null,
      'Only one of maxRetransmits and maxPacketLifeTime can be set',
    );
    text('label', label);
    return {
      negotiated,
      id: parseId(negotiated, source.id, capabilities, idsInUse),
      ordered: source.ordered !== false,
      maxRetransmits,
      maxPacketLifeTime,
      protocol: text('protocol', source.protocol ?? ''),
    };
  });
}

/** The parsed options of an offer, or the code after reporting it. */
export function parseOfferOptions(input: OfferOptions): OfferOptions | Exclude<Err, 0> {
  return guarded(() => {
    const { renegotiate, iceRestart }: OfferOptions = recordOf(input);
    return { renegotiate: renegotiate === true, iceRestart: iceRestart === true };
  });
}

/** A configuration with some members replaced, unchecked, or the code after reporting it. */
export function mergeConfiguration(
  config: ConnectionConfig,
  change: RtcConfiguration,
): RtcConfiguration | Exclude<Err, 0> {
  return guarded(() => ({ ...config, ...recordOf(change) }) as RtcConfiguration);
}

function guarded<T>(parse: () => T): T | Exclude<Err, 0> {
  try {
    return parse();
  } catch (thrown) {
    // A getter or proxy in the input may throw anything: that is a bad parameter too.
    return fail(thrown instanceof OptionError ? thrown.err : Err.ERR_INVALID_PARAMETER, messageOf(thrown));
  }
}

function must(holds: boolean, problem: string, err: Exclude<Err, 0> = Err.ERR_INVALID_PARAMETER): asserts holds {
  if (!holds) throw new OptionError(problem, err);
}

function parseIceServer(input: unknown): IceServer {
  must(isRecord(input), 'An ICE server is not an object');
  const { urls, uri, username, userName, credential, password } = input as Partial<IceServer & LegacyIceServer>;
  const list: readonly unknown[] = Array.isArray(urls) ? urls : [urls ?? uri];
  const fits = list.length > 0 && list.every((url) => typeof url === 'string' && ICE_URL.test(url));
  must(fits, `An ICE server needs urls with stun:, stuns:, turn: or turns:, got ${String(list)}`);
  const user = username ?? userName;
  const secret = credential ?? password;
  return {
    urls: [...(list as string[])],
    ...(user !== undefined && { username: String(user) }),
    ...(secret !== undefined && { credential: String(secret) }),
  };
}

function parseProxy(input: unknown, capabilities: RtcCapabilities): ProxyConfig | null {
  if (input === null) return null;
  must(isRecord(input), 'proxyConfig is not an object');
  const proxy = { ...input } as unknown as ProxyConfig;
  const { type, hostAddress } = proxy;
  if (type === ProxyType.PROXY_TYPE_NONE) return null;
  must(
    type === ProxyType.PROXY_TYPE_HTTP || type === ProxyType.PROXY_TYPE_SOCKS5,
    'proxyConfig.type is not a ProxyType',
  );
  must(typeof hostAddress === 'string' && hostAddress !== '', 'proxyConfig.hostAddress is empty');
  integer('proxyConfig.hostPort', proxy.hostPort, 1, 65535);
  const honoured =
    capabilities.proxy &&
    (proxy.autoDetect !== true || capabilities.proxyAutoDetect) &&
    (!proxy.autoConfigUrl || capabilities.proxyAutoConfig) &&
    (!proxy.bypassList || capabilities.proxyBypass);
  // A proxy that would be ignored is an error: the player's address would leave by another way than was asked for.
  must(honoured, 'This back end cannot honour the proxy', Err.ERR_UNAVAILABLE);
  return proxy;
}

function parseId(
  negotiated: boolean,
  id: unknown,
  capabilities: RtcCapabilities,
  idsInUse: ReadonlySet<number>,
): number | null {
  must(negotiated || id === undefined, 'A channel id needs negotiated: true');
  if (!negotiated) return null;
  const checked = integer('The id of a negotiated channel', id, 0, Math.min(65534, capabilities.maxDataChannelId));
  must(!idsInUse.has(checked), `The channel id ${checked} is already used here`);
  return checked;
}

function parseLimits(source: RtcConfiguration): { [K in keyof typeof LIMITS]: number } {
  const limits: { [name: string]: number } = { ...LIMITS };
  for (const name in limits) {
    if (source[name] !== undefined) limits[name] = integer(name, source[name], 1, Number.MAX_SAFE_INTEGER);
  }
  return limits as { [K in keyof typeof LIMITS]: number };
}

function text(name: string, value: unknown): string {
  must(typeof value === 'string', `The channel's ${name} is not text`);
  // Three bytes a UTF-16 unit at most: only a long text has to be encoded to be measured.
  const fits = value.length * 3 <= MAX_TEXT_BYTES || new TextEncoder().encode(value).length <= MAX_TEXT_BYTES;
  must(fits, `The channel's ${name} is longer than ${MAX_TEXT_BYTES} bytes`);
  return value;
}

function integer(name: string, value: unknown, least: number, most: number): number {
  const fits = Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
  must(fits, `${name} is not an integer from ${least} to ${most}`);
  return value as number;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Anything else counts as left out. */
function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
