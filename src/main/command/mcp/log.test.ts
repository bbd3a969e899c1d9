import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../profiles/temporary.fixture'
import { McpLog } from './log'

it('writes a private line for each call, in their order, and shortens long arguments', async () => {
  const folder = temporaryFolder()
  const log = new McpLog(folder, () => 'assistant 1')
  const path = join(folder, 'mcp-log.jsonl')
  const call = { arguments: { payload: 'x'.repeat(50_000) }, outcome: 'ok' as const, milliseconds: 3 }
  await Promise.all(['a', 'b', 'c'].map((tool) => log.add({ ...call, tool })))
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  const parsed = lines.map(
    (line) => JSON.parse(line) as { tool: string; client: string; arguments: { payload: string } }
  )
  expect(parsed.map(({ tool }) => tool)).toEqual(['a', 'b', 'c'])
  expect(parsed[0]).toMatchObject({ client: 'assistant 1', outcome: 'ok', milliseconds: 3 })
  expect(parsed[0]!.arguments.payload).toHaveLength(10_001)
  if (process.platform === 'win32') return
  expect(statSync(path).mode & 0o777).toBe(0o600)
  // A file that somebody opened to others is closed again.
  chmodSync(path, 0o644)
  await log.add({ ...call, tool: 'd' })
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

it('begins a new file when it is large', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'mcp-log.jsonl'), 'x'.repeat(20_000_001))
  await new McpLog(folder, () => null).add({ tool: 'a', arguments: {}, outcome: 'ok', milliseconds: 1 })
  expect(existsSync(join(folder, 'mcp-log.1.jsonl'))).toBe(true)
  expect(readFileSync(join(folder, 'mcp-log.jsonl'), 'utf8')).toMatch(
    /^\{"time":"20.*"client":null,"tool":"a"/
  )
})
