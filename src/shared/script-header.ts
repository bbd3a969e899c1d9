/** What the comments at the start of a script say. */
export interface ScriptHeader {
  /** Names of connections. */
  connections: string[]
  filters: string[]
  /** Line of each `@` word, by its value. */
  lines: Map<string, number>
}

/** Reads `@connection NAME` and `@filter FILTER` from the comments before the first statement; each may occur more than once. */
export function headerOf(source: string): ScriptHeader {
  const header: ScriptHeader = { connections: [], filters: [], lines: new Map() }
  for (const [index, line] of source.split('\n', 200).entries()) {
    const text = line.trim()
    if (text !== '' && !/^(?:\/\/|\/?\*)/.test(text)) break
    const [, word, value] = /^(?:\/\/|\/?\*+)\s*@(connection|filter)\s+(.+?)\s*(?:\*\/)?$/.exec(text) ?? []
    if (value === undefined) continue
    const list = word === 'filter' ? header.filters : header.connections
    if (!list.includes(value)) list.push(value)
    header.lines.set(value, index + 1)
  }
  return header
}
