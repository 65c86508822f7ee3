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
  const page = { pictureInPictureElement: null as object | null };
  vi.stubGlobal('document', page);
  const show = (trackId: string, contentRect: object) => {
    const tile: Element = Object.assign({} as Element, { contains: (element: object) => element === tile });
    const stop = sizes.observe(trackId, tile);
    resize?.tell({ target: tile, contentRect });
    intersection?.tell({ target: tile, isIntersecting: true });
    return { stop, tile };
  };
  return { sizes, page, picture, show, changes: () => changes };
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

test('of a page that nobody looks at only the pictures are shown that are above all others', () => {
  const { sizes, page, picture, show } = setUp();
  const shown = () => [...sizes.shown.keys()];
  show('one', { width: 320, height: 180 });
  const { tile } = show('two', { width: 320, height: 180 });
  sizes.setPageHidden(true);
  expect(shown()).toEqual([]);
  page.pictureInPictureElement = tile;
  sizes.observeAbove('camera', picture);
  Observer.all.at(-1)?.tell();
  expect(shown()).toEqual(['two', 'camera']);
  sizes.setPageHidden(false);
  expect(shown()).toEqual(['one', 'two', 'camera']);
});
