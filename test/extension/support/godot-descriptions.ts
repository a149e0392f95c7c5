/** As Godot 4.6.3 with its WebRTC extension 1.2.1 (libdatachannel 0.24.5, Mbed TLS) wrote them, and nothing else. */

const description = (id: string, fingerprint: string, setup: string, user: string, password: string): string =>
  `${[
    'v=0',
    `o=rtc ${id} 0 IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'a=msid-semantic:WMS *',
    'a=ice-options:ice2,trickle',
    `a=fingerprint:sha-256 ${fingerprint}`,
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    'a=sendrecv',
    'a=sctp-port:5000',
    'a=max-message-size:262144',
    `a=setup:${setup}`,
    `a=ice-ufrag:${user}`,
    `a=ice-pwd:${password}`,
  ].join('\r\n')}\r\n`;

export const GODOT_OFFER = description(
  '1233887260',
  '2B:D4:22:65:87:F0:F1:98:8F:6D:8A:F8:1F:03:97:2B:D9:35:39:6D:51:94:75:13:96:DF:CE:0D:82:18:5B:47',
  'actpass',
  'eLUX',
  'eETl/8dBGnqRs0NfiZhQkE',
);
export const GODOT_ANSWER = description(
  '3791358665',
  '77:14:46:78:26:8C:70:D7:A3:A7:ED:B0:D5:EB:44:F3:1A:7F:72:D2:57:80:C3:EA:C3:A4:0A:59:05:1F:4A:3F',
  'active',
  'v2yr',
  'acgNquywJtdA/EkrbKPD6e',
);
/** Of media "0" and index 0. */
export const GODOT_CANDIDATE = 'candidate:1 1 UDP 2114977791 10.77.0.1 57502 typ host';
