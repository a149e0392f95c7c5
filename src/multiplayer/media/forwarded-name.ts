/** A server that passes tracks on writes whose they are into the names of their streams. */
const FORWARDED = /^(\d{1,10})~(.+)$/;

export const forwardedName = (peerId: number, stream: string): string => `${peerId}~${stream}`;

/** Null for a stream of the server's own. */
export function readForwardedName(name: string): { readonly peerId: number; readonly stream: string } | null {
  const [, peerId, stream] = FORWARDED.exec(name) ?? [];
  return stream === undefined ? null : { peerId: Number(peerId), stream };
}
