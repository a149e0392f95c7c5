import { isIP } from 'node:net';
import type { RawWebSocketOptions, RawWebSocketSink } from '../websocket-transport.js';
import type { TLSOptions } from '../websocket-types.js';
import { WS_OPTIONS, type WsModule } from './ws-module.js';
import { WsRawSocket } from './ws-raw-socket.js';

/** The side that asks. Throws when `ws` refuses an option, which the transport turns into a code. */
export class ClientSocket extends WsRawSocket {
  constructor(Ws: WsModule, url: URL, options: RawWebSocketOptions, tls: TLSOptions | null, sink: RawWebSocketSink) {
    super(sink);
    const ws = new Ws(url, [...options.protocols], {
      ...WS_OPTIONS,
      maxPayload: options.maxMessageBytes,
      headers: toHeaders(options.headers),
      ...toTlsOptions(tls),
    });
    this.bind(ws);
    ws.on('upgrade', (response) => {
      this.socket = response.socket;
    });
    ws.on('open', () => this.reportOpened(ws.protocol, url.href));
  }
}

/** `Name: value` lines as an object; a name that comes twice has two values. */
function toHeaders(lines: readonly string[]): Record<string, string[]> {
  const headers: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    headers[name] = [...(headers[name] ?? []), line.slice(colon + 1).trim()];
  }
  return headers;
}

function toTlsOptions(tls: TLSOptions | null): object {
  if (tls === null) return {};
  const { trustedCaChain, commonNameOverride, unsafe } = tls;
  return {
    ...(trustedCaChain !== undefined && { ca: trustedCaChain }),
    ...(commonNameOverride !== undefined && isIP(commonNameOverride) === 0 && { servername: commonNameOverride }),
    ...(unsafe === true && { rejectUnauthorized: false }),
  };
}
