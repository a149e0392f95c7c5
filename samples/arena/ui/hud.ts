import { make, setText } from '../../shared/dom.js';
import type { Arena } from '../game/arena.js';
import { FULL_HEALTH, type Kart } from '../game/kart.js';
import { cssColour, kartColour } from '../look/palette.js';
import { canSee } from '../show/line-of-sight.js';
import type { Show } from '../show/show.js';
import { Bot } from '../sim/bot.js';
import type { View } from '../views/view.js';

const FEED_MS = 4000;
const FEED_LINES = 4;
/** Seconds in which a player is told how to drive. */
const HINT_SECONDS = 9;

/** What is written over the picture: the round, the scores, who hit whom, how one fares, and names above the karts. */
export class Hud<N extends object> {
  readonly #arena: Arena<N>;
  readonly #show: Show<N>;
  readonly #view: View<N>;
  readonly #clock = make('div', 'clock');
  readonly #scores = make('ol', 'scores');
  readonly #feed = make('ul', 'feed');
  readonly #health = make('div', 'health');
  readonly #banner = make('div', 'banner');
  readonly #hint = make(
    'div',
    'hint',
    make('span', 'with-keys', 'WASD or arrows drive, space fires, shift drifts. A gamepad does as well'),
    make('span', 'with-touch', 'Your left thumb drives, your right one fires'),
  );
  readonly #plates = make('div', 'plates');
  readonly #plateOf = new Map<Kart, HTMLElement>();
  readonly #point = { x: 0, y: 0 };
  /** When one's own kart came. */
  #begunAt = Number.NaN;

  constructor(parent: Element, show: Show<N>, view: View<N>) {
    const { arena } = show;
    this.#arena = arena;
    this.#show = show;
    this.#view = view;
    for (let pip = 0; pip < FULL_HEALTH; pip += 1) this.#health.append(make('i'));
    this.#health.setAttribute('aria-label', 'Health');
    parent.append(this.#plates, this.#clock, this.#scores, this.#feed, this.#health, this.#banner, this.#hint);
    arena.kart_removed.connect((kart) => {
      this.#plateOf.get(kart)?.remove();
      this.#plateOf.delete(kart);
    });
    arena.kart_wrecked.connect((kart, by) => this.#tell(kart, by));
  }

  /** Once per frame; the page is touched only where something changed. */
  update(): void {
    const { mine, match } = this.#arena;
    setText(this.#clock, timeText(match.seconds));
    this.#clock.classList.toggle('late', !match.over && match.seconds <= 10);
    for (const [pip, element] of [...this.#health.children].entries())
      element.classList.toggle('lost', pip >= (mine?.health ?? 0));
    this.#health.hidden = mine === undefined;
    this.#showHint(mine !== undefined && !(this.#arena.driver instanceof Bot));
    setText(this.#banner, this.#bannerText(mine));
    this.#updateScores();
    for (const kart of this.#arena.karts.values()) this.#updatePlate(kart);
  }

  #showHint(isPlaying: boolean): void {
    const { time } = this.#show;
    if (!isPlaying) this.#begunAt = Number.NaN;
    else if (Number.isNaN(this.#begunAt)) this.#begunAt = time;
    this.#hint.hidden = !(time - this.#begunAt < HINT_SECONDS);
  }

  #bannerText(mine: Kart | undefined): string {
    const { match } = this.#arena;
    if (match.over) return `${this.#ranking()[0]?.driver ?? 'Nobody'} wins. Next round in ${match.seconds}`;
    if (mine === undefined || mine.isAlive) return '';
    return mine.lastHitBy === null ? 'Get ready' : `Wrecked by ${mine.lastHitBy.driver}`;
  }

  #ranking(): Kart[] {
    return [...this.#arena.karts.values()].sort(
      (a, b) => b.score - a.score || a.wrecks - b.wrecks || (a.driver < b.driver ? -1 : 1),
    );
  }

  #updateScores(): void {
    const ranking = this.#ranking();
    while (this.#scores.childElementCount > ranking.length) this.#scores.lastElementChild?.remove();
    for (const [place, kart] of ranking.entries()) {
      const row = this.#scores.children[place] ?? this.#addRow();
      const [dot, name, points] = row.children as unknown as [HTMLElement, HTMLElement, HTMLElement];
      const colour = cssColour(kartColour(kart.colour));
      if (dot.dataset['colour'] !== colour) dot.style.background = dot.dataset['colour'] = colour;
      setText(name, kart.driver);
      setText(points, String(kart.score));
      row.classList.toggle('mine', kart === this.#arena.mine);
      row.classList.toggle('bot', kart.isBot);
    }
  }

  #addRow(): Element {
    const row = make('li', '', make('i'), make('span'), make('b'));
    this.#scores.append(row);
    return row;
  }

  #updatePlate(kart: Kart): void {
    if (kart === this.#arena.mine) return;
    let plate = this.#plateOf.get(kart);
    if (plate === undefined) {
      plate = make('span', kart.isBot ? 'plate bot' : 'plate', kart.driver);
      plate.style.setProperty('--colour', cssColour(kartColour(kart.colour)));
      this.#plateOf.set(kart, plate);
      this.#plates.append(plate);
    }
    const isSeen = kart.isAlive && kart.isPlaced && this.#view.project(kart.x, 2.2, kart.z, this.#point);
    plate.hidden = !isSeen;
    if (!isSeen) return;
    const { x, y } = this.#point;
    plate.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -150%)`;
    plate.classList.toggle('behind', !canSee(this.#show.camera.eye, { x: kart.x, y: 1, z: kart.z }));
  }

  #tell(kart: Kart, by: Kart | null): void {
    const name = (of: Kart): Node => {
      const element = make('b', '', of.driver);
      element.style.color = cssColour(kartColour(of.colour));
      return element;
    };
    const line =
      by === null ? make('li', '', name(kart), ' is wrecked') : make('li', '', name(by), ' wrecks ', name(kart));
    this.#feed.append(line);
    while (this.#feed.childElementCount > FEED_LINES) this.#feed.firstElementChild?.remove();
    setTimeout(() => line.remove(), FEED_MS);
  }
}

const timeText = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
