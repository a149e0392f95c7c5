import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** With SCENEWIRE_DIST=1 the package resolves itself through its exports map, so the tests see what users get. */
const onDist = process.env.SCENEWIRE_DIST === '1';

const alias = onDist
  ? []
  : [
      { find: /^scenewire$/, replacement: source('./src/index.ts') },
      { find: /^scenewire\/(.+)$/, replacement: `${source('./src')}/$1.ts` },
      { find: '#default-extension', replacement: source('./src/default-extension.node.ts') },
      { find: '#variant-codec', replacement: source('./src/variant-codec.node.ts') },
      { find: '#websocket', replacement: source('./src/websocket.node.ts') },
      { find: '#identity-store', replacement: source('./src/identity-store.node.ts') },
    ];

interface Area {
  readonly name: string;
  readonly include: readonly string[];
  readonly testTimeout?: number;
  /** Files that own browsers or ports run one after the other. */
  readonly oneFileAtATime?: boolean;
  /** Imports the package only by its name, so it also runs against dist. */
  readonly alsoOnDist?: boolean;
  /** Real sockets, processes or browsers: a test that fails is tried once more, and `npm test` prints its name. */
  readonly realParts?: boolean;
}

const areas: readonly Area[] = [
  { name: 'core', include: ['test/core/**/*.test.ts'] },
  { name: 'extension', include: ['test/extension/**/*.test.ts'], realParts: true },
  { name: 'architecture', include: ['test/architecture.test.ts'] },
  { name: 'docs', include: ['test/docs/**/*.test.ts'], testTimeout: 60_000 },
  { name: 'scripts', include: ['test/scripts/**/*.test.ts'] },
  { name: 'seeds', include: ['test/seeds/**/*.test.ts'] },
  { name: 'api', include: ['test/api/**/*.test.ts'], alsoOnDist: true },
  {
    name: 'conformance',
    include: ['test/conformance/**/*.test.ts'],
    oneFileAtATime: true,
    alsoOnDist: true,
    realParts: true,
  },
  { name: 'multiplayer', include: ['test/multiplayer/**/*.test.ts'], realParts: true },
  { name: 'nodes', include: ['test/nodes/**/*.test.ts'], realParts: true, testTimeout: 20_000 },
  { name: 'lobby', include: ['test/lobby/**/*.test.ts'], realParts: true, testTimeout: 60_000 },
  { name: 'identity', include: ['test/media/identity/**/*.test.ts'], realParts: true, testTimeout: 120_000 },
  {
    name: 'media',
    include: ['test/media/*.test.ts', 'test/media/!(identity)/**/*.test.ts'],
    realParts: true,
    testTimeout: 60_000,
    oneFileAtATime: true,
  },
  { name: 'tools', include: ['test/tools/**/*.test.ts'], realParts: true, testTimeout: 20_000, oneFileAtATime: true },
  {
    name: 'samples',
    include: ['test/samples/**/*.test.ts'],
    realParts: true,
    testTimeout: 20_000,
    oneFileAtATime: true,
  },
  {
    name: 'front-door',
    include: ['test/front-door/**/*.test.ts'],
    testTimeout: 90_000,
    oneFileAtATime: true,
    alsoOnDist: true,
    realParts: true,
  },
  { name: 'godot', include: ['test/godot/**/*.test.ts'], realParts: true, testTimeout: 90_000, oneFileAtATime: true },
  {
    name: 'godot-webrtc',
    include: ['test/godot-webrtc/**/*.test.ts'],
    realParts: true,
    testTimeout: 60_000,
    oneFileAtATime: true,
  },
  { name: 'hostile', include: ['test/hostile/**/*.test.ts'], realParts: true },
];

export default defineConfig({
  resolve: { alias },
  test: {
    // node-datachannel aborts in worker threads that end without its cleanup().
    pool: 'forks',
    passWithNoTests: true,
    // Vitest leaves one core to itself. Of two that is too much: most files wait, for a network, a process, a time-out.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: areas
      .filter((area) => !onDist || area.alsoOnDist)
      .map((area) => ({
        extends: true as const,
        test: {
          name: area.name,
          include: [...area.include],
          // For what hangs. A busy machine makes slow what is right.
          testTimeout: area.testTimeout ?? (area.realParts ? 90_000 : 20_000),
          hookTimeout: 90_000,
          fileParallelism: !area.oneFileAtATime,
          retry: area.realParts ? 1 : 0,
          // What is awaited comes at once, but on a busy machine that is not within the second of vitest's own.
          ...(area.realParts && { expect: { poll: { timeout: 15_000 } } }),
        },
      })),
  },
});
