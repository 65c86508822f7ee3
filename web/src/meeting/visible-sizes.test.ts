import { afterEach, expect, test, vi } from 'vitest';
import { VisibleSizes } from './visible-sizes.ts';

afterEach(() => void vi.unstubAllGlobals());

/** What the browser has to say of elements, when told to. */
class Observer {
  static readonly all: Observer[] = [];
  readonly #tell: (entries: object[]) => void;

  constructor(tell: (entries: object[]) => void) {
    this.#tell = tell;
    Observer.all.push(this);
  }

  tell(...entries: object[]): void {
    this.#tell(entries);
  }

  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

/** A page, and a small window whose screen has twice as many pixels. */
function setUp() {
  vi.stubGlobal('ResizeObserver', Observer);
  vi.stubGlobal('IntersectionObserver', Observer);
  vi.stubGlobal('devicePixelRatio', 1);
  Observer.all.length = 0;
  let changes = 0;
  const sizes = new VisibleSizes(() => changes++);
  const [resize, intersection] = Observer.all;
  const home = { ResizeObserver: Observer, devicePixelRatio: 2 };
  const picture = Object.assign({} as Element, {
    ownerDocument: { defaultView: home },
    clientWidth: 360,
    clientHeight: 260,
  });
  const tile = {} as Element;
  const show = (trackId: string, contentRect: object) => {
    const stop = sizes.observe(trackId, tile);
    resize?.tell({ target: tile, contentRect });
    intersection?.tell({ target: tile, isIntersecting: true });
    return stop;
  };
  return { sizes, picture, show, changes: () => changes };
}

test('a picture in a window above all others is shown at its size there, until that window shows another', () => {
  const { sizes, picture, changes } = setUp();
  const stop = sizes.observeAbove('camera', picture);
  Observer.all.at(-1)?.tell();
  expect([...sizes.shown]).toEqual([['camera', { width: 720, height: 520, above: true }]]);
  const before = changes();
  stop();
  expect([sizes.shown.size, changes()]).toEqual([0, before + 1]);
});

test('of a picture that is in the page as well the larger one counts', () => {
  const { sizes, picture, show } = setUp();
  sizes.observeAbove('camera', picture);
  Observer.all.at(-1)?.tell();
  show('camera', { width: 1280, height: 720 });
  expect(sizes.shown.get('camera')).toEqual({ width: 1280, height: 720, above: true });
});
