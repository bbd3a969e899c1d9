/** `value_json.a.b`, `value_json['a']`, `value_json[0]`, optionally followed by filters, which are ignored: they only round or convert. */
const SIMPLE = /^\{\{\s*value_json((?:\.[\w-]+|\[(?:'[^']*'|"[^"]*"|\d+)\])*)\s*(?:\|[^}]*)?\}\}$/
const STEP = /\.([\w-]+)|\[(?:'([^']*)'|"([^"]*)"|(\d+))\]/g

/**
 * Applies a template that only picks a value out of JSON (`{{ value_json.temperature }}`). For any other template, returns the payload.
 * Templates are programs: none is run.
 */
export function applyTemplate(payload: string, template: string | null): string {
  const path = template === null ? null : SIMPLE.exec(template.trim())?.[1]
  if (path === null || path === undefined) return payload
  try {
    let value: unknown = JSON.parse(payload)
    for (const [, dot, single, double, index] of path.matchAll(STEP)) {
      const key = dot ?? single ?? double ?? index!
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return payload
      value = (value as Record<string, unknown>)[key]
    }
    return typeof value === 'string' ? value : JSON.stringify(value)
  } catch {
    return payload
  }
}
