/** Which room of src may import which, as a table. A file belongs to the first room whose pattern its path matches. */
export interface Room {
  readonly name: string;
  /** Matched against the path inside src. */
  readonly files: RegExp;
  /** Names of the rooms it may import, besides itself. */
  readonly imports: readonly string[];
  /** npm packages it may import. */
  readonly packages?: readonly string[];
  /** May use what only Node has: its modules and its globals. */
  readonly node?: boolean;
  /** May use what only browsers have. */
  readonly dom?: boolean;
  /** Package imports it may use: what package.json chooses by platform. */
  readonly choices?: readonly string[];
}

const games = ['core', 'extension', 'extension/media', 'multiplayer', 'nodes'];
const lobbies = ['lobby', 'lobby/socket', 'lobby/local', 'lobby/client', 'lobby/session', 'lobby/server'];
const adapters = ['nodes/babylon', 'nodes/three', 'nodes/react-three-fiber', 'nodes/headless'];

export const rooms: readonly Room[] = [
  {
    name: 'core',
    files: /^core\//,
    imports: [],
    packages: ['typescript-event-target'],
    choices: ['#variant-codec'],
  },

  {
    name: 'extension/browser',
    files: /^extension\/browser\//,
    imports: ['core', 'extension', 'extension/media'],
    dom: true,
  },
  {
    name: 'extension/native',
    files: /^extension\/native\//,
    imports: ['core', 'extension', 'extension/media'],
    packages: ['node-datachannel'],
    node: true,
  },
  { name: 'extension/loopback', files: /^extension\/loopback\//, imports: ['core', 'extension', 'extension/media'] },
  { name: 'extension/media', files: /^extension\/media\//, imports: ['core', 'extension'], dom: true },
  {
    name: 'extension',
    files: /^extension\/[^/]+$/,
    imports: ['core', 'extension/media'],
    choices: ['#default-extension'],
  },

  {
    name: 'multiplayer/websocket/browser',
    files: /^multiplayer\/websocket\/browser\//,
    imports: ['core', 'multiplayer/websocket'],
    dom: true,
  },
  {
    name: 'multiplayer/websocket/node',
    files: /^multiplayer\/websocket\/node\//,
    imports: ['core', 'multiplayer/websocket'],
    packages: ['ws'],
    node: true,
  },
  {
    name: 'multiplayer/websocket',
    files: /^multiplayer\/websocket\/[^/]+$/,
    imports: ['core', 'extension', 'multiplayer'],
    choices: ['#websocket'],
  },
  { name: 'multiplayer', files: /^multiplayer\//, imports: ['core', 'extension', 'extension/media'] },

  { name: 'nodes/page', files: /^nodes\/page\//, imports: ['core', 'extension/browser', 'nodes'], dom: true },
  { name: 'nodes/babylon', files: /^nodes\/babylon\//, imports: [...games, 'nodes/page'], dom: true },
  { name: 'nodes/three', files: /^nodes\/three\//, imports: [...games, 'nodes/page'], dom: true },
  {
    name: 'nodes/react-three-fiber',
    files: /^nodes\/react-three-fiber\//,
    imports: [...games, 'nodes/three', 'nodes/page'],
    packages: ['react', '@react-three/fiber'],
    dom: true,
  },
  {
    name: 'nodes/headless',
    files: /^nodes\/headless\//,
    imports: [...games, 'nodes/memory', 'nodes/babylon', 'nodes/three'],
    node: true,
  },
  { name: 'nodes/memory', files: /^nodes\/memory\//, imports: games },
  { name: 'nodes', files: /^nodes\/(?:motion\/)?[^/]+$/, imports: ['core', 'extension', 'multiplayer'] },

  // The session glue turns lobby events into connections of a multiplayer peer; nothing else in the lobby knows one.
  {
    name: 'lobby/session',
    files: /^lobby\/(?:client\/)?(?:session\/|lobby-session)/,
    imports: ['core', 'extension', 'multiplayer', 'multiplayer/websocket', 'lobby', 'lobby/socket', 'lobby/client'],
  },
  { name: 'lobby/client', files: /^lobby\/client\//, imports: ['core', 'lobby', 'lobby/socket'] },
  // What a client takes for a socket: by default a WebSocket of ours, or a lobby that is in the pages themselves.
  { name: 'lobby/socket', files: /^lobby\/socket\//, imports: ['core', 'multiplayer/websocket', 'lobby'] },
  { name: 'lobby/local', files: /^lobby\/local\//, imports: ['core', 'lobby', 'lobby/socket'] },
  {
    name: 'lobby/server',
    files: /^lobby\/server\//,
    imports: ['core', 'lobby'],
    packages: ['ws', '@redis/client'],
    node: true,
  },
  { name: 'lobby', files: /^lobby\/(?:protocol\/)?[^/]+$/, imports: ['core'] },

  // Keys of players. Where they are kept is what browsers and Node have in different places.
  {
    name: 'media/identity/browser',
    files: /^media\/identity\/browser\//,
    imports: ['core', 'extension', 'media/identity'],
    dom: true,
  },
  {
    name: 'media/identity/node',
    files: /^media\/identity\/node\//,
    imports: ['core', 'extension', 'media/identity'],
    node: true,
  },
  {
    name: 'media/identity',
    files: /^media\/identity\/[^/]+$/,
    imports: ['core', 'extension', 'multiplayer'],
    choices: ['#identity-store'],
  },
  { name: 'media', files: /^media\//, imports: [...games, ...adapters], dom: true },
  // The inspector runs in Node as well; the overlay is for pages alone.
  { name: 'tools/packets', files: /^tools\/packets\//, imports: ['core', 'multiplayer'] },
  { name: 'tools/monitor', files: /^tools\/monitor\//, imports: ['core', 'extension', 'multiplayer', 'tools/packets'] },
  {
    name: 'tools/overlay',
    files: /^tools\/overlay\//,
    imports: [...games, 'tools/packets', 'tools/monitor'],
    dom: true,
  },
  {
    name: 'cli',
    files: /^cli\//,
    imports: [...games, ...lobbies, ...adapters, 'nodes/memory', 'media', 'tools/packets'],
    node: true,
  },
];

/** Globals that only browsers have. Lower-case words count only where something is read from them. */
export const domTypes =
  /\b(?:RTC(?:PeerConnection|DataChannel|Session|Ice|Sdp|Certificate|Configuration|Rtp|Stats|Sctp|Dtls|Track|Offer|Answer|Error|Local)\w*|HTML\w*Element|WebSocket|MessageEvent|CloseEvent|MediaStream\w*|AudioContext|XMLHttpRequest|requestAnimationFrame|cancelAnimationFrame|localStorage|sessionStorage)\b/;
export const domObjects = ['window', 'document', 'navigator', 'location'] as const;

/** Globals that only Node has. */
export const nodeObjects = ['process', 'Buffer', '__dirname', '__filename'] as const;
