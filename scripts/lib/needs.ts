import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './process.js';

/** Something of the system that tests need and npm can't bring. */
export type Need = 'ip' | 'iptables' | 'chromium' | 'firefox' | 'xvfb' | 'pulseaudio' | 'redis' | 'coturn';

interface NeedEntry {
  /** The Debian package that brings it. */
  readonly debian: string;
  /** Whether it is here. */
  found(): boolean;
}

/** Where the browsers are; the variables override Debian's places. */
export const browsers = {
  chromium: process.env.SCENEWIRE_CHROMIUM ?? '/usr/bin/chromium',
  firefox: process.env.SCENEWIRE_FIREFOX ?? '/usr/bin/firefox-esr',
} as const;

const entries: Readonly<Record<Need, NeedEntry>> = {
  ip: { debian: 'iproute2', found: () => onPath('ip') },
  iptables: { debian: 'iptables', found: () => onPath('iptables') },
  chromium: { debian: 'chromium', found: () => isProgram(browsers.chromium) },
  firefox: { debian: 'firefox-esr', found: () => isProgram(browsers.firefox) },
  // Firefox draws by software on a screen only, and its sound has a clock only where there is a sound server.
  xvfb: { debian: 'xvfb', found: () => onPath('Xvfb') },
  pulseaudio: { debian: 'pulseaudio', found: () => onPath('pulseaudio') },
  redis: { debian: 'redis-server', found: () => onPath('redis-server') },
  coturn: { debian: 'coturn', found: () => onPath('turnserver') },
};

/** For a test that finds something missing when it runs without `npm test`. */
export const howToInstall = (need: Need): string =>
  `missing: ${need}. Install with: ${installLine([entries[need].debian])}`;

/** Installs what is missing where that is possible; gives a sentence for the user where it isn't. */
export async function ensureNeeds(needs: readonly Need[]): Promise<string | undefined> {
  const missing = needs.filter((need) => !entries[need].found());
  if (missing.length === 0) return undefined;
  const packages = missing.map((need) => entries[need].debian);
  if (!isRootOnDebian()) return `missing: ${missing.join(', ')}. Install with: ${installLine(packages)}`;
  return installPackages(missing, packages);
}

async function installPackages(missing: readonly Need[], packages: readonly string[]): Promise<string | undefined> {
  console.log(`installing ${packages.join(', ')} (apt-get), once…`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const update = await run('apt-get', ['update'], { env });
  const install = await run(
    'apt-get',
    ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', ...packages],
    { env },
  );
  const still = missing.filter((need) => !entries[need].found());
  if (install.code === 0 && still.length === 0) return undefined;
  const what = still.length > 0 ? still.join(', ') : packages.join(', ');
  return `could not install ${what} with: ${installLine(packages)}\n${update.output}${install.output}`;
}

const installLine = (packages: readonly string[]): string =>
  `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;

const isRootOnDebian = (): boolean => isDebian() && process.getuid?.() === 0;

export function isDebian(): boolean {
  if (process.platform !== 'linux' || !existsSync('/etc/os-release')) return false;
  return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8')) && onPath('apt-get');
}

const onPath = (program: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => isProgram(join(folder, program)));

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
