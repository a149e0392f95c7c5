import { isIP } from 'node:net';
import type { IceServer as NativeIceServer, RtcConfig } from 'node-datachannel';
import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import { getLogger } from '../../core/log.js';
import type { ChannelConfig, ConnectionConfig } from '../webrtc-options.js';
import type { IceServer, NativeOptions } from '../webrtc-types.js';

const log = getLogger('native');

const MAX_STUN = 1;
const MAX_TURN = 2;
const DEFAULT_PORT = 3478;
const SERVER_URL = /^(\w+):(\[[^\]]+\]|[^:?]+)(?::(\d+))?(?:\?(.*))?$/;
/** Below, connections never come to stand; above, no network carries it. */
const MTU_RANGE = [1000, 9000] as const;
const MESSAGE_SIZE_RANGE = [1200, 2 ** 31 - 1] as const;

/** The addon's configuration, or the code after reporting what is wrong. The addon itself accepts almost anything. */
export function toNativeConfig(config: ConnectionConfig): RtcConfig | Exclude<Err, 0> {
  const options = config.libdatachannel;
  const problem = findProblem(options);
  if (problem !== null) return fail(Err.ERR_INVALID_PARAMETER, problem);
  const { enableIceTcp, enableIceUdpMux, portRangeBegin, portRangeEnd, mtu, bindAddress, maxMessageSize } = options;
  return {
    iceServers: toNativeServers(config.iceServers),
    iceTransportPolicy: config.iceTransportPolicy,
    // A voice track can only be added later to a connection that was made for it.
    forceMediaTransport: true,
    ...(enableIceTcp !== undefined && { enableIceTcp }),
    ...(enableIceUdpMux !== undefined && { enableIceUdpMux }),
    ...(portRangeBegin !== undefined && { portRangeBegin }),
    ...(portRangeEnd !== undefined && { portRangeEnd }),
    ...(mtu !== undefined && { mtu }),
    ...(bindAddress !== undefined && { bindAddress }),
    ...(maxMessageSize !== undefined && { maxMessageSize }),
  };
}

export function toNativeChannelInit(config: ChannelConfig): object {
  return {
    unordered: !config.ordered,
    protocol: config.protocol,
    ...(config.id !== null && { negotiated: true, id: config.id }),
    ...(config.maxRetransmits !== null && { maxRetransmits: config.maxRetransmits }),
    ...(config.maxPacketLifeTime !== null && { maxPacketLifeTime: config.maxPacketLifeTime }),
  };
}

function findProblem(options: NativeOptions): string | null {
  const { portRangeBegin = 1024, portRangeEnd = 65535, mtu = 1200, bindAddress, maxMessageSize = 262144 } = options;
  const ports = isIn(portRangeBegin, [0, 65535]) && isIn(portRangeEnd, [0, 65535]) && portRangeBegin <= portRangeEnd;
  if (!ports) return 'libdatachannel.portRangeBegin and portRangeEnd are no port range';
  if (!isIn(mtu, MTU_RANGE)) return `libdatachannel.mtu is not in ${MTU_RANGE.join(' to ')}`;
  if (!isIn(maxMessageSize, MESSAGE_SIZE_RANGE)) {
    return `libdatachannel.maxMessageSize is not in ${MESSAGE_SIZE_RANGE.join(' to ')}`;
  }
  const badAddress = bindAddress !== undefined && (typeof bindAddress !== 'string' || isIP(bindAddress) === 0);
  return badAddress ? 'libdatachannel.bindAddress is no IP address' : null;
}

function isIn(value: unknown, [least, most]: readonly [number, number]): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

type NativeServer = string | NativeIceServer;

/** The library underneath takes one STUN and two TURN servers, chosen by chance; ours are the first ones given. */
function toNativeServers(servers: readonly IceServer[]): NativeServer[] {
  const stun: NativeServer[] = [];
  const turn: NativeServer[] = [];
  for (const server of servers) {
    for (const url of [server.urls].flat()) {
      const native = toNativeServer(url, server);
      if (native !== null) (typeof native === 'string' ? stun : turn).push(native);
    }
  }
  if (stun.length > MAX_STUN) log.warnOnce(`Only the first of ${stun.length} STUN servers is used`);
  if (turn.length > MAX_TURN) log.warnOnce(`Only the first ${MAX_TURN} of ${turn.length} TURN servers are used`);
  return [...stun.slice(0, MAX_STUN), ...turn.slice(0, MAX_TURN)];
}

/** Null, with one warning, for what the library would ignore in silence or refuse. */
function toNativeServer(url: string, server: IceServer): NativeServer | null {
  const [, scheme, host = '', port = DEFAULT_PORT, query = ''] = SERVER_URL.exec(url) ?? [];
  const overUdp = !/transport=(?!udp)/.test(query);
  if ((scheme !== 'stun' && scheme !== 'turn') || !overUdp) {
    log.warnOnce(`${url} is not used: the native back end has STUN and TURN over UDP only`);
    return null;
  }
  if (scheme === 'stun') return `stun:${host}:${port}`;
  const { username = '', credential: password = '' } = server;
  // As an object, because in a URL the name and the password would have to be percent-encoded.
  return { hostname: host.replace(/^\[|\]$/g, ''), port: Number(port), username, password, relayType: 'TurnUdp' };
}
