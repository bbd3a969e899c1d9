import type { ScriptFrame } from '../../../shared/contract/scripts'

const MOST_FRAMES = 20

/** The frames of QuickJS's stack that stand in a file: `at name (file:line:column)`, `at file:line:column`. */
export function framesIn(stack: string, file: string): ScriptFrame[] {
  const frames: ScriptFrame[] = []
  for (const text of stack.split('\n')) {
    const [, at = '', inBrackets, bare] = /^\s*at (?:(.{0,200}?) \((.{1,400})\)|(.{1,400}))$/.exec(text) ?? []
    const place = inBrackets ?? bare
    if (!place?.startsWith(`${file}:`)) continue
    const [, line, column = '1'] = /^(\d{1,7})(?::(\d{1,7}))?$/.exec(place.slice(file.length + 1)) ?? []
    if (line === undefined) continue
    frames.push({ at: at === '<eval>' ? '' : at, line: Number(line), column: Number(column) })
    if (frames.length === MOST_FRAMES) break
  }
  return frames
}
