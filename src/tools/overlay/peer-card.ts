import { TARGET_PEER_SERVER } from '../../multiplayer/multiplayer-types.js';
import type { PeerFigures } from '../monitor/network-figures.js';
import { showRoute } from '../monitor/peer-route.js';
import { make, setClass, setText } from './elements.js';
import { showBytes, showMs, showRate, showShare } from './figure-text.js';
import { RatePlot } from './rate-plot.js';

/** Losses above are worth a colour. */
const BAD_LOSS = 0.05;
const BAD_RTT_MS = 250;
const MOST_DROPS = 4;

/** What is known of one peer, at a glance. */
export class PeerCard {
  readonly element: HTMLElement;
  readonly #plot = new RatePlot();
  readonly #name = make('b', 'name');
  readonly #route = make('span', 'route');
  readonly #rtt = make('dd');
  readonly #jitter = make('dd');
  readonly #loss = make('dd');
  readonly #queue = make('dd');
  readonly #received = make('span', 'in');
  readonly #sent = make('span', 'out');
  readonly #notes = make('p', 'notes');

  constructor() {
    const figures = make('dl', 'figures');
    for (const [title, value] of [
      ['Round trip', this.#rtt],
      ['Jitter', this.#jitter],
      ['Loss ↓ ↑', this.#loss],
      ['Queue', this.#queue],
    ] as const) {
      figures.append(make('div', '', make('dt', '', title), value));
    }
    const rates = make('p', 'rates', this.#received, this.#sent);
    this.element = make(
      'li',
      'peer',
      make('header', '', this.#name, this.#route),
      figures,
      make('div', 'plotted', this.#plot.canvas, rates),
      this.#notes,
    );
  }

  /** Takes new figures into the plot, shown or not. */
  note({ receivedPerSecond, sentPerSecond }: PeerFigures): void {
    this.#plot.add(receivedPerSecond, sentPerSecond);
  }

  show(peer: PeerFigures): void {
    const received = showRate(peer.receivedPerSecond);
    const sent = showRate(peer.sentPerSecond);
    setText(this.#name, peer.id === TARGET_PEER_SERVER ? 'Peer 1, the server' : `Peer ${peer.id}`);
    setText(this.#route, peer.isUnresponsive ? 'not answering' : `${showRoute(peer.route)}${linkText(peer)}`);
    setClass(this.element, 'silent', peer.isUnresponsive);
    setClass(this.#route, 'relayed', peer.route.isRelayed === true);
    setText(this.#rtt, showMs(peer.rttMs));
    setClass(this.#rtt, 'bad', peer.rttMs > BAD_RTT_MS);
    setText(this.#jitter, showMs(peer.jitterMs));
    setText(this.#loss, peer.isLinked ? `${showShare(peer.lossIn)} · ${showShare(peer.lossOut)}` : '–');
    setClass(this.#loss, 'bad', peer.lossIn > BAD_LOSS || peer.lossOut > BAD_LOSS);
    setText(this.#queue, showBytes(waiting(peer)));
    setText(this.#received, `↓ ${received}`);
    setText(this.#sent, `↑ ${sent}`);
    setText(this.#notes, notesOn(peer));
    this.#plot.draw(`In ${received}, out ${sent}`);
  }
}

const linkText = ({ isLinked, isHidden, route }: PeerFigures): string =>
  isHidden ? ', page hidden' : isLinked || route.transport === 'server' ? '' : ', no link';

/** What waits on this side: reliable bytes of the link, and what its channels hold. */
function waiting({ queuedBytes, channels }: PeerFigures): number {
  const buffered = channels.reduce((sum, { bufferedBytes }) => sum + bufferedBytes, 0);
  return (queuedBytes >= 0 ? queuedBytes : 0) + buffered;
}

/** What the figures above leave out, and what is not as it should be. */
function notesOn(peer: PeerFigures): string {
  const { channels, drops, bytesUnderWay, windowBytes, wireReceivedPerSecond, wireSentPerSecond } = peer;
  const queues = channels
    .filter(({ unread, bufferedBytes }) => unread > 0 || bufferedBytes > 0)
    .map(({ label, unread, bufferedBytes }) => `${label} ${showBytes(bufferedBytes)} out, ${unread} unread`);
  const heaviest = [...drops].sort(([, a], [, b]) => b - a).slice(0, MOST_DROPS);
  const dropped = heaviest.map(([reason, count]) => `${reason} ${count}`).join(', ');
  const window = windowBytes >= 0 ? [`under way ${showBytes(bytesUnderWay)} of ${showBytes(windowBytes)}`] : [];
  const isEstimated = wireSentPerSecond >= 0;
  const wire = isEstimated
    ? [`on the wire ≈ ↓ ${showRate(wireReceivedPerSecond)} ↑ ${showRate(wireSentPerSecond)}`]
    : [];
  return [...wire, ...window, ...queues, ...(dropped === '' ? [] : [`dropped: ${dropped}`])].join(' · ');
}
