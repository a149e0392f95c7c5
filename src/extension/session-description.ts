import type { IceCandidate, SessionDescription, SessionDescriptionType } from './webrtc-types.js';

const TYPES: readonly string[] = ['offer', 'answer', 'pranswer', 'rollback'];

export function isDescriptionType(type: unknown): type is SessionDescriptionType {
  return typeof type === 'string' && TYPES.includes(type);
}

/** `{"type":…,"sdp":…}`, the shape that MagicLeap and most signalling servers carry. */
export function toSignalingJson(type: string, sdp: string): string {
  return JSON.stringify({ type, sdp });
}

/** Null when the text is not such JSON. */
export function fromSignalingJson(text: string): SessionDescription | null {
  try {
    const { type, sdp }: { type?: unknown; sdp?: unknown } = JSON.parse(text);
    return isDescriptionType(type) && typeof sdp === 'string' ? { type, sdp } : null;
  } catch {
    return null;
  }
}

/** Candidates come as `candidate:…`, as `a=candidate:…` or with white space around them. */
export function normalizeCandidate(name: string): string {
  return name.trim().replace(/^a=/, '');
}

/** Real ones have a quarter of it. Hundreds may wait for their description, and a stranger writes them. */
const MAX_CANDIDATE_LENGTH = 2048;

/** The grammar of RFC 8839. Checked here because back ends disagree: some throw, some report, some say nothing. */
export function isCandidate(name: string): boolean {
  if (name.length > MAX_CANDIDATE_LENGTH || /[\r\n]/.test(name)) return false;
  return /^candidate:\S+ \d+ \S+ \d+ \S+ \d+ typ \S+/i.test(name);
}

/** The mid of the n-th media section, or "" when there is none. */
export function midOfSection(sdp: string, index: number): string {
  const section = sdp.split(/^m=/m)[index + 1];
  return section?.match(/^a=mid:(\S+)/m)?.[1] ?? '';
}

/** Parsing more blocks a back end for seconds. */
const MAX_SDP_LENGTH = 65536;
const MAX_SECTIONS = 32;

/** Whether a stranger wrote more than any back end should be asked to read. */
export function isTooLarge(sdp: string): boolean {
  return sdp.length > MAX_SDP_LENGTH || sdp.split(/^m=/m).length - 1 > MAX_SECTIONS;
}

/** Whether libdatachannel wrote it, which Godot's extension and node-datachannel stand on. */
export function isNativeDescription(sdp: string): boolean {
  return /^o=rtc /m.test(sdp);
}

export function isFirefoxDescription(sdp: string): boolean {
  return /^o=mozilla/m.test(sdp);
}

/** An offer that leaves no choice of who is the DTLS client: the one that offers. Every stack takes it. */
export function offeredAsClient(sdp: string): string {
  return sdp.replace(/^a=setup:actpass/gm, 'a=setup:active');
}

/** The text without its candidate lines, and those, each with the mid of its section. */
export function splitCandidates(sdp: string): { text: string; candidates: { media: string; name: string }[] } {
  const candidates: { media: string; name: string }[] = [];
  const sections = sdp.split(/^(?=m=)/m).map((section) => {
    const media = section.match(/^a=mid:(\S+)/m)?.[1] ?? '';
    return section.replace(/^a=(candidate:.*?|end-of-candidates)\r?\n/gm, (_line, name: string) => {
      if (name !== 'end-of-candidates') candidates.push({ media, name });
      return '';
    });
  });
  return { text: sections.join(''), candidates };
}

/** The text with these candidates, each as a line at the end of the section it belongs to. */
export function withCandidates(sdp: string, candidates: readonly IceCandidate[]): string {
  const [session = '', ...sections] = sdp.split(/^(?=m=)/m);
  const added = sections.map((): string[] => []);
  for (const { sdpMid, sdpMLineIndex, candidate } of candidates) {
    const at = sdpMid === '' ? sdpMLineIndex : sections.findIndex((section) => mentionsMid(section, sdpMid));
    added[at]?.push(`a=${candidate}\r\n`);
  }
  return session + sections.map((section, at) => withLines(section, added[at] ?? [])).join('');
}

function withLines(section: string, lines: readonly string[]): string {
  const end = lines.length === 0 || section.endsWith('\n') ? '' : '\r\n';
  return section + end + lines.join('');
}

function mentionsMid(section: string, mid: string): boolean {
  return section.split(/\r?\n/).includes(`a=mid:${mid}`);
}
