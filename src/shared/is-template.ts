/** Whether a text contains anything to be expanded or unescaped: `{{variables}}`, `{{$generators}}` or `\{{`. */
export function isTemplate(text: string): boolean {
  return text.includes('{{')
}

/** The template that stands for a text as it is: its braces are no variables. */
export function escapeTemplate(text: string): string {
  return text.replaceAll('{{', '\\{{')
}
