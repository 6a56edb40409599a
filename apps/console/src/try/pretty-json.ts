/** A JSON object over several lines; any other text as it is. */
export function prettyJson(text: string): string {
  if (!text.startsWith('{')) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // The plain dialect carries any text, and a frame may have been cut short.
    return text;
  }
}
