import type { NetworkInterfaceInfo } from 'node:os';

export interface ListeningAt {
  readonly port: number;
  /** As it was asked for; undefined for all addresses. */
  readonly host: string | undefined;
  readonly path: string | undefined;
  readonly isSecure: boolean;
}

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

const ALL = [undefined, '0.0.0.0', '::'];

/** For people at a terminal: the URLs that players put into `LobbySession`, from this machine and from those beside it. */
export function whereToConnect({ port, host, path = '', isSecure }: ListeningAt, interfaces: Interfaces): string {
  const urlOf = (address: string): string =>
    `${isSecure ? 'wss' : 'ws'}://${address.includes(':') ? `[${address}]` : address}:${port}${path}`;
  if (!ALL.includes(host)) return `Players connect to ${urlOf(host ?? '')}\n`;
  const addresses = Object.values(interfaces).flatMap((infos) => infos ?? []);
  const near = addresses.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
  const lines = [
    `  ${urlOf('localhost')}  on this machine`,
    ...near.map((address) => `  ${urlOf(address)}  in its network`),
  ];
  return `Players connect to\n${lines.join('\n')}\n`;
}
