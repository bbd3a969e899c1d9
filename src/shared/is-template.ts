/** Whether a text contains anything to be expanded or unescaped: `{{variables}}`, `{{$generators}}` or `\{{`. */
export function isTemplate(text: string): boolean {
  return text.includes('{{')
}
