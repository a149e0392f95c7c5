import { spawnSync } from 'node:child_process';

/** What a router does with the addresses of its host. */
export type NatMode =
  /** One public port for each of the host's, and nobody gets in whom the host has not written to: a router at home. */
  | 'cone'
  /** Another public port for each destination: mobile networks, strict offices. */
  | 'symmetric'
  /** No UDP at all. */
  | 'blocked';

export type Place = 'left' | 'right' | 'public';
export type Side = Exclude<Place, 'public'>;

/** The address of everything public: lobby, STUN, TURN. */
export const PUBLIC_ADDRESS = '203.0.113.1';

interface SidePlan {
  readonly router: string;
  readonly lan: string;
  readonly wan: string;
}

const sides: Readonly<Record<Side, SidePlan>> = {
  left: { router: 'natl', lan: '10.1.0', wan: '203.0.113.17' },
  right: { router: 'natr', lan: '10.2.0', wan: '203.0.113.33' },
};
const OFF = ['all', 'default'];

/**
 * Two hosts behind routers of their own and a public server, in network namespaces without a way out. Needs root,
 * iproute2 and iptables.
 */
export class NatLab {
  readonly #prefix = `swnat${process.pid}`;

  private constructor() {}

  static up(left: NatMode, right: NatMode): NatLab {
    const lab = new NatLab();
    process.once('exit', lab.down);
    try {
      lab.#build();
      lab.#setMode('left', left);
      lab.#setMode('right', right);
    } catch (thrown) {
      lab.down();
      throw thrown;
    }
    return lab;
  }

  /** The command, as one that runs at that place. */
  at(place: Place, command: string, args: readonly string[]): { command: string; args: string[] } {
    return { command: 'ip', args: ['netns', 'exec', this.#space(place), command, ...args] };
  }

  /** Everything that ran inside has to be ended by those who started it. */
  readonly down = (): void => {
    process.off('exit', this.down);
    for (const name of ['left', 'right', 'public', 'natl', 'natr']) {
      spawnSync('ip', ['netns', 'delete', this.#space(name)], { stdio: 'ignore' });
    }
  };

  #build(): void {
    for (const name of ['left', 'right', 'public', 'natl', 'natr']) this.#make(name);
    this.#ip('public', `addr add ${PUBLIC_ADDRESS}/32 dev lo`);
    // What goes to nobody vanishes without an error, as on the internet.
    this.#ip('public', 'link add sink type veth peer name sink1');
    this.#ip('public', 'link set sink1 up');
    this.#ip('public', 'link set sink arp off up');
    this.#ip('public', `route add default dev sink src ${PUBLIC_ADDRESS} metric 1000`);
    for (const side of ['left', 'right'] as const) this.#connect(side);
  }

  #make(name: string): void {
    run('ip', ['netns', 'add', this.#space(name)]);
    this.#ip(name, 'link set lo up');
    const forwards = name === 'left' || name === 'right' ? [] : ['echo 1 > /proc/sys/net/ipv4/ip_forward'];
    const settings = [
      ...OFF.map((scope) => `echo 0 > /proc/sys/net/ipv4/conf/${scope}/rp_filter`),
      ...OFF.map((scope) => `echo 1 > /proc/sys/net/ipv6/conf/${scope}/disable_ipv6 2> /dev/null || true`),
      ...forwards,
    ];
    this.#inside(name, 'sh', ['-c', settings.join('; ')]);
  }

  #connect(side: Side): void {
    const { router, lan, wan } = sides[side];
    this.#ip(side, `link add eth0 type veth peer name lan0 netns ${this.#space(router)}`);
    this.#ip(side, `addr add ${lan}.2/24 dev eth0`);
    this.#ip(router, `addr add ${lan}.1/24 dev lan0`);
    this.#ip(side, 'link set eth0 up');
    this.#ip(router, 'link set lan0 up');
    this.#ip(side, `route add default via ${lan}.1`);
    this.#ip(router, `link add wan0 type veth peer name to_${side} netns ${this.#space('public')}`);
    this.#ip(router, `addr add ${wan}/32 dev wan0`);
    this.#ip(router, 'link set wan0 up');
    this.#ip('public', `link set to_${side} up`);
    this.#ip(router, `route add ${PUBLIC_ADDRESS} dev wan0 src ${wan}`);
    this.#ip(router, `route add default via ${PUBLIC_ADDRESS} dev wan0 src ${wan}`);
    this.#ip('public', `route add ${wan}/32 dev to_${side} src ${PUBLIC_ADDRESS}`);
  }

  #setMode(side: Side, mode: NatMode): void {
    const { router, lan, wan } = sides[side];
    const rules = [
      '-P FORWARD DROP',
      // An early packet of the other side must leave no trace, or its mapping gets another port.
      '-A INPUT -i wan0 -p icmp -j ACCEPT',
      '-A INPUT -i wan0 -j DROP',
      `-t raw -A PREROUTING -i wan0 -d ${lan}.0/24 -j DROP`,
      ...(mode === 'blocked' ? ['-A FORWARD -p udp -j DROP'] : []),
      '-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
      '-A FORWARD -i lan0 -j ACCEPT',
      `-t nat -A POSTROUTING -o wan0 -j SNAT --to-source ${wan}${mode === 'symmetric' ? ' --random-fully' : ''}`,
    ];
    for (const rule of rules) this.#inside(router, 'iptables', ['-w', ...rule.split(' ')]);
  }

  #space(name: string): string {
    return `${this.#prefix}-${name}`;
  }

  #ip(name: string, command: string): void {
    run('ip', ['-n', this.#space(name), ...command.split(' ')]);
  }

  #inside(name: string, command: string, args: readonly string[]): void {
    run('ip', ['netns', 'exec', this.#space(name), command, ...args]);
  }
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr?.trim() || error?.message}`);
}
