/** What an error says and what it came from, in one line. A host with several addresses fails once for each of them. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return firstLine(String(error));
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const causes = [error.cause, first].filter((cause) => cause !== undefined).map(messageOf);
  return [firstLine(error.message), ...causes].filter((part) => part !== '').join(': ');
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
