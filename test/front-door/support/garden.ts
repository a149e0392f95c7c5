import type { Browser, BrowserContext, Page } from 'playwright-core';

interface Box {
  readonly name: string;
  readonly position: { readonly x: number; readonly y: number };
}

interface PageGlobals {
  /** Babylon's or three's. */
  scene?: { readonly meshes?: readonly Box[]; getObjectByName?(name: string): { readonly children: readonly Box[] } };
  __THREE_DEVTOOLS__: EventTarget;
  boxes(): number[][];
  isBoxAtEach(places: readonly (readonly number[])[]): boolean;
}

const SIZE = 400;

/** A page of the quick starts in a real browser, and what is wrong with it. */
export class Garden {
  readonly problems: string[] = [];
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
    page.setDefaultTimeout(60_000);
    page.on('pageerror', ({ message }) => this.problems.push(message));
    page.on('console', (message) => {
      const isIcon = message.location().url.endsWith('/favicon.ico');
      if (message.type() === 'error' && !isIcon) this.problems.push(message.text());
    });
  }

  /** In a browser of its own, as it seems to the page. */
  static async open(browser: Browser, address: string): Promise<Garden> {
    return Garden.openIn(await browser.newContext(), address);
  }

  static async openIn(context: BrowserContext, address: string): Promise<Garden> {
    const garden = new Garden(await context.newPage());
    await garden.#page.setViewportSize({ width: SIZE, height: SIZE });
    await garden.#page.addInitScript(showBoxes);
    await garden.#page.goto(address);
    await garden.#until('boxes().length > 0');
    return garden;
  }

  /** To a place of the page, in parts of its width and height. */
  async moveMouse([x, y]: readonly [number, number]): Promise<void> {
    await this.#page.mouse.move(0, 0);
    await this.#page.mouse.move(x * SIZE, y * SIZE);
  }

  /** Waits until there is a box at each of the places, and nowhere else. */
  async sees(places: readonly (readonly number[])[]): Promise<void> {
    await this.#until(`isBoxAtEach(${JSON.stringify(places)})`);
  }

  async close(): Promise<void> {
    if (this.#page.isClosed()) return;
    // A page that is left says so to the others; one whose browser context ends may not have the time.
    await this.#page.goto('about:blank');
    await this.#page.close();
  }

  async #until(condition: string): Promise<void> {
    try {
      await this.#page.waitForFunction(condition);
    } catch (error) {
      const seen = JSON.stringify(await this.#page.evaluate('boxes()'));
      const problems = this.problems.join('; ') || 'no problems reported';
      throw new Error(`Not ${condition}, with boxes at ${seen}; ${problems}`, { cause: error });
    }
  }
}

/** In the page, before its program: what it shows of its scene, whatever the engine. */
function showBoxes(): void {
  const page = globalThis as unknown as PageGlobals;
  // Where three.js shows its scenes to developer tools.
  const tools = new EventTarget();
  tools.addEventListener('observe', (event) => {
    const { detail } = event as CustomEvent<PageGlobals['scene'] & { readonly isScene?: boolean }>;
    if (detail.isScene) page.scene = detail;
  });
  page.__THREE_DEVTOOLS__ = tools;
  page.boxes = () => {
    const all = page.scene?.meshes ?? page.scene?.getObjectByName?.('Players')?.children ?? [];
    return all.filter(({ name }) => name.startsWith('player')).map(({ position: { x, y } }) => [x, y]);
  };
  page.isBoxAtEach = (places) => {
    const isThere = ([x, y]: readonly number[]): boolean =>
      page.boxes().some((box) => Math.hypot((box[0] ?? 0) - (x ?? 0), (box[1] ?? 0) - (y ?? 0)) < 0.05);
    return page.boxes().length === places.length && places.every(isThere);
  };
}
