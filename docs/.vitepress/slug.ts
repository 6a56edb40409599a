const PUNCTUATION = /[^\p{L}\p{M}\p{N}\p{Pc} -]/gu;

/** The name that GitHub gives a heading: links to headings hold there and in the site. */
export function slug(heading: string): string {
  return heading.trim().toLowerCase().replace(PUNCTUATION, '').replaceAll(' ', '-');
}
