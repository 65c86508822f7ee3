import { type Caption, captionMargin, captionPadding } from './captions.ts';
import { frameMs, type Placed, picture, type Span } from './composition.ts';

/** What names are written in where it has their letters. For others, whoever draws the subtitles takes a font of the host. */
const font = 'DejaVu Sans';

/** How high a line of that font is, in parts of its size: subtitles know fonts by the height of their lines. */
const lineHeight = (1_901 + 483) / 2_048;

const styles = [
  'Format: Name, Fontname, PrimaryColour, BackColour, BorderStyle, Outline, Shadow, Alignment, Encoding',
  // In the middle of a card: 5. Of which direction a name is, it says itself: -1.
  `Style: Card,${font},&H00FFFFFF,&H00000000,1,0,0,5,-1`,
  // In the lower left corner of a picture, 1, in a box, 4, that is black by six tenths, and as much wider on each side as its shadow.
  `Style: Picture,${font},&H00FFFFFF,&H66000000,4,0,${captionPadding},1,-1`,
];

/** Captions of one stretch as a file of subtitles, for libass. See https://github.com/libass/libass/wiki/ASS-File-Format-Guide. */
export function subtitles(captions: readonly Caption[], stretch: Span): string {
  const events = captions.flatMap((caption) => caption.places.map((place) => event(caption, place, stretch)));
  const lines = [
    '[Script Info]',
    'ScriptType: v4.00+',
    `PlayResX: ${picture.width}`,
    `PlayResY: ${picture.height}`,
    // No line is broken.
    'WrapStyle: 2',
    '[V4+ Styles]',
    ...styles,
    '[Events]',
    'Format: Start, End, Style, Text',
    ...events,
  ];
  return `${lines.join('\n')}\n`;
}

function event({ text, fontSize, isOfCard }: Caption, { tile, from, to }: Placed, stretch: Span): string {
  const { x, y, width, height } = tile;
  const [style, right, down] = isOfCard
    ? ['Card', x + width / 2, y + height / 2]
    : ['Picture', x + captionMargin, y + height - captionMargin];
  const size = Math.round(fontSize * lineHeight);
  const [start, end] = [from, to].map((at) => time(at - stretch.from));
  return `Dialogue: ${start},${end},${style},{\\pos(${right},${down})\\fs${size}}${literal(text)}`;
}

/** Names come from outside: nothing in them is a command. A backslash can't be written as itself, and is one that looks alike. */
function literal(text: string): string {
  return text.replaceAll('\\', '∖').replaceAll('{', '\\{');
}

/** Between two pictures, in hundredths of a second: however it is rounded, a caption is in the same pictures as its tile. */
function time(ms: number): string {
  const between = Math.ceil(ms / frameMs) * frameMs - frameMs / 2;
  return new Date(Math.max(0, between)).toISOString().slice(12, 22);
}
