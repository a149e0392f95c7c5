import type { Need } from './needs.js';

/** Steps that are a program: it succeeds or fails as one test. */
export const programs = ['types', 'lint', 'build', 'package', 'size'] as const;
export type Program = (typeof programs)[number];

/** One step of `npm test`, in the order of `steps`. */
export interface Step {
  readonly name: string;
  readonly kind: Program | 'vitest';
  /** The vitest project, when it isn't called like the step. */
  readonly project?: string;
  /** Opens sockets, so it runs inside the namespace. */
  readonly sockets?: boolean;
  readonly needs?: readonly Need[];
  /** Runs against a Godot, and is left out where there is none. */
  readonly godot?: boolean;
  /** Needs Godot's WebRTC extension, which nobody can fetch for the user: runs only when it is asked for. */
  readonly webrtc?: boolean;
  /** Runs on the built package. */
  readonly onDist?: boolean;
}

/** The quick ones first: what a developer breaks most often shows within seconds. */
export const steps: readonly Step[] = [
  { name: 'types', kind: 'types' },
  { name: 'lint', kind: 'lint' },
  { name: 'architecture', kind: 'vitest' },
  { name: 'scripts', kind: 'vitest' },
  { name: 'core', kind: 'vitest' },
  { name: 'build', kind: 'build' },
  { name: 'package', kind: 'package', onDist: true },
  { name: 'size', kind: 'size' },
  { name: 'api', kind: 'vitest' },
  { name: 'seeds', kind: 'vitest' },
  { name: 'extension', kind: 'vitest', sockets: true, needs: ['coturn'] },
  { name: 'multiplayer', kind: 'vitest', sockets: true, needs: ['chromium'] },
  { name: 'nodes', kind: 'vitest', sockets: true, needs: ['chromium', 'firefox'] },
  { name: 'lobby', kind: 'vitest', sockets: true, needs: ['chromium', 'firefox', 'redis', 'coturn', 'iptables'] },
  { name: 'conformance', kind: 'vitest', sockets: true, needs: ['chromium', 'firefox'] },
  { name: 'godot', kind: 'vitest', sockets: true, needs: ['chromium'], godot: true },
  { name: 'godot-webrtc', kind: 'vitest', sockets: true, needs: ['chromium', 'firefox'], godot: true, webrtc: true },
  { name: 'identity', kind: 'vitest', sockets: true, needs: ['chromium', 'firefox'] },
  { name: 'media', kind: 'vitest', sockets: true, needs: ['chromium', 'firefox', 'xvfb', 'pulseaudio'] },
  { name: 'tools', kind: 'vitest', sockets: true, needs: ['chromium', 'firefox'] },
  { name: 'samples', kind: 'vitest', sockets: true, needs: ['chromium', 'firefox', 'xvfb', 'pulseaudio'] },
  { name: 'docs', kind: 'vitest', needs: ['chromium'] },
  { name: 'hostile', kind: 'vitest', sockets: true, needs: ['chromium', 'firefox'] },
  { name: 'front-door', kind: 'vitest', sockets: true, needs: ['chromium'], onDist: true },
  { name: 'api-dist', kind: 'vitest', project: 'api', onDist: true },
  {
    name: 'conformance-dist',
    kind: 'vitest',
    project: 'conformance',
    sockets: true,
    needs: ['chromium', 'firefox'],
    onDist: true,
  },
];

/**
 * The steps that the named areas ask for, in order; all that need nothing of the user's own when none is named. A step on the built package brings
 * the build with it. Gives a sentence for the user when an area is unknown.
 */
export function selectSteps(areas: readonly string[], all: readonly Step[] = steps): readonly Step[] | string {
  const names = all.map((step) => step.name);
  const unknown = areas.filter((area) => !names.includes(area));
  if (unknown.length > 0) return `unknown area: ${unknown.join(', ')}\nareas: ${names.join(', ')}`;
  if (areas.length === 0) return all.filter((step) => !step.webrtc);
  const chosen = all.filter((step) => areas.includes(step.name));
  const needsBuild = chosen.some((step) => step.onDist);
  return all.filter((step) => chosen.includes(step) || (needsBuild && step.kind === 'build'));
}

/** What `npm test` is asked for. */
export interface Wishes {
  readonly areas: string[];
  readonly forVitest: string[];
  /** Where Godot's WebRTC extension is. */
  readonly webrtc: string | undefined;
}

/** `npm test -- core extension --webrtc PATH -t sentence`: areas first, then our own option, and what vitest shall get. */
export function splitArguments(args: readonly string[]): Wishes {
  const at = args.indexOf('--webrtc');
  const webrtc = at === -1 ? undefined : (args[at + 1] ?? '');
  const others = at === -1 ? args : args.toSpliced(at, 2);
  const firstOption = others.findIndex((arg) => arg.startsWith('-'));
  const end = firstOption === -1 ? others.length : firstOption;
  const areas = others.slice(0, end);
  return { areas: webrtc === undefined ? areas : [...areas, 'godot-webrtc'], forVitest: others.slice(end), webrtc };
}
