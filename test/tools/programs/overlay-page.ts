import { setErrorHandler } from 'scenewire';
import { type NetworkOverlay, type OverlayOptions, showOverlay } from 'scenewire/overlay';
import { type ArenaOptions, FRAME_MS, SmallArena } from '../support/small-arena.js';

/** What the test does in the page. Time is the arena's: a test need not wait for it. */
export class OverlayPage {
  arena: SmallArena | null = null;
  overlay: NetworkOverlay | null = null;
  /** Keys that reach the game. */
  readonly keys: string[] = [];

  constructor() {
    addEventListener('keydown', ({ key }) => this.keys.push(key));
  }

  open(options: ArenaOptions): void {
    // Drops are what it is about to show.
    setErrorHandler(() => {});
    const arena = new SmallArena(options).begin();
    this.arena = arena;
    let frame = 0;
    arena.onFrame = () => {
      frame += 1;
      const client = arena.clients[frame % arena.clients.length];
      if (frame % 20 === 0) arena.server.game.rpc.emote('hello '.repeat(1 + (frame % 97)));
      if (frame % 45 === 0) client?.game.rpcTo(1).hit(frame % 9, 'Ann');
      if (frame % 30 === 0) for (const kart of arena.karts.slice(0, frame % 4)) kart.health -= 1;
    };
  }

  show(options: OverlayOptions = {}): void {
    if (this.arena !== null) this.overlay = showOverlay(this.arena.server.api, { clock: this.arena.clock, ...options });
  }

  choose(title: string): void {
    const tabs = this.overlay?.element.shadowRoot?.querySelectorAll<HTMLElement>('[role=tab]') ?? [];
    for (const tab of tabs) if (tab.textContent === title) tab.click();
  }

  /** Frames of the game, and of the overlay as long as it is there. */
  seconds(count: number): void {
    for (let left = Math.round((count * 1000) / FRAME_MS); left > 0; left -= 1) {
      this.arena?.frames(1);
      this.overlay?.step();
    }
  }

  /** What a client sends that no client sends. */
  misbehave(): void {
    const peer = this.arena?.clients[0]?.peer;
    peer?.setTargetPeer(1);
    for (let left = 3; left > 0; left -= 1) peer?.putPacket(new Uint8Array([7]));
  }

  /** Milliseconds that each frame of the server takes, with what the overlay does and the layout of the page. */
  measure(frames: number): number[] {
    const { arena, overlay } = this;
    if (arena === null) throw new Error('nothing is open');
    const section = overlay?.element.shadowRoot?.querySelector('section');
    return Array.from({ length: frames }, () => {
      arena.onFrame();
      for (const [at, kart] of arena.karts.entries()) kart.position.x = Math.sin(arena.clock.now() / 1000 + at);
      for (const client of arena.clients) client.frame();
      const began = performance.now();
      arena.server.frame();
      overlay?.step();
      // What was changed is laid out now rather than later, so that it counts.
      section?.getBoundingClientRect();
      const spent = performance.now() - began;
      arena.clock.advance(FRAME_MS);
      return spent;
    });
  }

  close(): void {
    this.overlay?.close();
    this.overlay = null;
    this.arena?.close();
    this.arena = null;
  }
}

declare global {
  var demo: OverlayPage;
}
globalThis.demo = new OverlayPage();
