/**
 * What scenewire peers tell each other about themselves: one session-level line of the description, which every other
 * stack ignores. What it names is used only between peers that both named it.
 */

const VERSION = 1;
const LINE = /^a=scenewire:(\d+)((?: [\w-]+)*) *\r?$/m;

/** The description with the line in it; unchanged when there is nothing to name. */
export function withAnnouncement(sdp: string, features: readonly string[]): string {
  if (features.length === 0) return sdp;
  const line = `a=scenewire:${[VERSION, ...features].join(' ')}\r\n`;
  const at = sdp.search(/^m=/m);
  return at < 0 ? sdp + line : sdp.slice(0, at) + line + sdp.slice(at);
}

/** The description as it was before the line came in: what a back end is given. */
export function withoutAnnouncement(sdp: string): string {
  return withoutIdentity(sdp.replace(/^a=scenewire:.*\r?\n/gm, ''));
}

/** Browsers that know the line ask its provider, which may be anybody's, by themselves. It is not for them. */
export function withoutIdentity(sdp: string): string {
  // White space within one line: across lines, many short ones would cost their square.
  return sdp.replace(/^[^\S\r\n\u2028\u2029]*a[^\S\n]*=[^\S\n]*identity\b[^\n]*\n?/gim, '');
}

export function isFeatureName(name: unknown): name is string {
  return typeof name === 'string' && /^[\w-]{1,32}$/.test(name);
}

/** The features the other side named; none for another stack or another version. */
export function readAnnouncement(sdp: string): readonly string[] {
  const [, version, features = ''] = LINE.exec(sdp) ?? [];
  return Number(version) === VERSION ? features.trim().split(' ').filter(Boolean) : [];
}
