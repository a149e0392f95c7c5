/**
 * A browser that offers is better off as the DTLS client: Firefox as server loses our first packet every time. So its
 * offer is read as if it said "active"; the answer then says "passive", which every stack takes.
 */
export function offerReadAsActive(sdp: string): string {
  return sdp.replace(/^a=setup:actpass/gm, 'a=setup:active');
}
