/** The texts of loopback connections: shaped like real ones, so that everything that reads SDP can be tried on them. */

export const LOOPBACK_MID = '0';

const FINGERPRINT_DIGITS = 64;

/** Where a loopback connection "listens": its id, dressed as a port. */
const FIRST_PORT = 10000;

export function writeSdp(id: number, type: 'offer' | 'answer', version: number): string {
  const lines = [
    'v=0',
    `o=- ${id} ${version} IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    `a=group:BUNDLE ${LOOPBACK_MID}`,
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    `a=mid:${LOOPBACK_MID}`,
    `a=ice-ufrag:loop${id}`,
    `a=fingerprint:sha-256 ${fingerprintOf(id)}`,
    `a=setup:${type === 'offer' ? 'actpass' : 'active'}`,
    'a=sctp-port:5000',
    'a=max-message-size:262144',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** Of no certificate, but each connection has one of its own. */
function fingerprintOf(id: number): string {
  const digits = id.toString(16).toUpperCase().padStart(FINGERPRINT_DIGITS, '0');
  return digits.replace(/..(?!$)/g, '$&:');
}

/** The id of the connection that wrote the text, or null when no loopback connection did. */
export function readSdp(sdp: string): number | null {
  const id = /^a=ice-ufrag:loop(\d{1,9})\r?$/m.exec(sdp)?.[1];
  return id === undefined || !sdp.startsWith('v=0') ? null : Number(id);
}

export function writeCandidate(id: number): string {
  return `candidate:1 1 UDP 2130706431 127.0.0.1 ${FIRST_PORT + id} typ host`;
}

export function addressOf(id: number): { address: string; port: number; type: 'host'; protocol: 'udp' } {
  return { address: '127.0.0.1', port: FIRST_PORT + id, type: 'host', protocol: 'udp' };
}
