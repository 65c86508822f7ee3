/** A piece of a message: text, or a link with the address it leads to. */
export type Piece = { text: string; href?: string };

const address = /\bhttps?:\/\/[^\s<>"']+/giu;

/** Finds the web addresses in plain text. What ends a sentence or closes a bracket around one is none of it. */
export function withLinks(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(address)) {
    const link = withoutEnding(match[0]);
    if (!URL.canParse(link)) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: link, href: new URL(link).href });
    end = match.index + link.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

function withoutEnding(link: string): string {
  const trimmed = link.replace(/[.,;:!?…]+$/u, '');
  const open = trimmed.split('(').length;
  return trimmed.endsWith(')') && trimmed.split(')').length > open ? withoutEnding(trimmed.slice(0, -1)) : trimmed;
}
