import { MinimalExample } from './sim.js';
import { PeerCard } from './view.js';

const example = new MinimalExample();
const parent = document.querySelector('main') as HTMLElement;
const cards = [example.p1, example.p2].map((peer) => new PeerCard(peer, parent));

function frame(): void {
  example.process();
  for (const card of cards) card.update();
  requestAnimationFrame(frame);
}

example.ready();
requestAnimationFrame(frame);
window.addEventListener('pagehide', () => example.close());
