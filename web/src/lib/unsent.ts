/** What was typed in this meeting and not sent, by the form it was typed into. */
const texts = new Map<string, string>();

/** What was typed into a form that may have been closed since; undefined if nothing was. */
export function unsentIn(form: string): string | undefined {
  return texts.get(form);
}

export function keepUnsent(form: string, text: string): void {
  if (text === '') texts.delete(form);
  else texts.set(form, text);
}

/** Another meeting begins. */
export function resetUnsent(): void {
  texts.clear();
}

/** What was typed since `sent` was sent off, while the answer was awaited. */
export function withoutSent(text: string, sent: string): string {
  return text.startsWith(sent) ? text.slice(sent.length).trimStart() : text;
}
