import type { TemplateFault } from '../../../shared/contract/template-fault'

export type TemplateCode = TemplateFault['code']

/** A fault at an offset (UTF-16) of the text that is being expanded. */
export class TemplateError extends Error {
  constructor(
    readonly code: TemplateCode,
    readonly subject = '',
    readonly detail = ''
  ) {
    super(`${code} ${subject} ${detail}`)
    this.name = 'TemplateError'
  }
}

/** Line and column of an offset, both from 1. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  const newline = before.lastIndexOf('\n')
  return { line: before.split('\n').length, column: offset - newline }
}

/** The name that was probably meant: the one that differs least, by at most two letters; empty if there is none. */
export function similar(name: string, known: Iterable<string>): string {
  let best = ''
  let least = 3
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= least || candidate.length > 64) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < least) [best, least] = [candidate, distance]
  }
  return best
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      next.push(Math.min(row[j - 1]! + same, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
