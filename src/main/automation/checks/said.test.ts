import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as ts from 'typescript'
import { describe, expect, it } from 'vitest'
import english from '../../../../messages/en/failures.json'
import chinese from '../../../../messages/zh-CN/failures.json'

const gapsOf = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()

/** Every `said('message', { value })` and `must('message', { value })` of the folder. */
function usesIn(folder: string): { messages: Set<string>; calls: { message: string; gaps: string[] }[] } {
  const messages = new Set<string>()
  const calls: { message: string; gaps: string[] }[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && node.text.startsWith('failure_')) messages.add(node.text)
    if (ts.isCallExpression(node) && /^(said|must)$/.test(node.expression.getText())) {
      const [message, values] = node.arguments
      if (message && ts.isStringLiteral(message) && (!values || ts.isObjectLiteralExpression(values))) {
        const names = values?.properties.map((property) => property.name?.getText()) ?? []
        calls.push({ message: message.text, gaps: names.map((name) => `{${name}}`).sort() })
      }
    }
    ts.forEachChild(node, visit)
  }
  for (const name of readdirSync(folder))
    if (name.endsWith('.ts') && !name.endsWith('.test.ts'))
      visit(ts.createSourceFile(name, readFileSync(join(folder, name), 'utf8'), ts.ScriptTarget.Latest, true))
  return { messages, calls }
}

describe('the sentences of failures', () => {
  const { messages, calls } = usesIn(import.meta.dirname)

  it('are in both languages, with the same values', () => {
    const gaps = (catalogue: object): object =>
      Object.fromEntries(Object.entries(catalogue).map(([name, text]) => [name, gapsOf(text as string)]))
    expect(gaps(chinese)).toEqual(gaps(english))
  })

  it('are those that are said', () => {
    expect([...messages].sort()).toEqual(Object.keys(english).sort())
  })

  it('get all of their values, and no others', () => {
    const catalogue: Record<string, string> = english
    const ours = calls.filter(({ message }) => message in catalogue)
    expect(ours.length).toBeGreaterThan(150)
    expect(ours).toEqual(ours.map(({ message }) => ({ message, gaps: gapsOf(catalogue[message]!) })))
  })
})
