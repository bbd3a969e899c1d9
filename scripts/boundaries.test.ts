import { resolve } from 'node:path'
import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** Lint with the project's own rules but without types: boundaries depend only on paths. */
const eslint = new ESLint({
  cwd: root,
  overrideConfig: [
    {
      languageOptions: { parserOptions: { projectService: false, program: null, project: null } },
      rules: Object.fromEntries(
        [
          'await-thenable',
          'no-floating-promises',
          'no-unsafe-assignment',
          'no-unsafe-call',
          'no-unsafe-member-access',
          'switch-exhaustiveness-check'
        ].map((rule) => [`@typescript-eslint/${rule}`, 'off'])
      )
    }
  ],
  ruleFilter: ({ ruleId }) => /no-restricted-imports$/.test(ruleId)
})

async function refused(file: string, from: string, type = false): Promise<boolean> {
  const [result] = await eslint.lintText(
    `import ${type ? 'type ' : ''}{ x } from '${from}'\nexport const y = x\n`,
    {
      filePath: resolve(root, file)
    }
  )
  const fatal = result?.messages.find((message) => message.fatal)
  if (fatal) throw new Error(fatal.message)
  return result?.messages.some(({ ruleId }) => ruleId?.endsWith('no-restricted-imports')) ?? false
}

describe('who may import whom', () => {
  it.each([
    ['src/shared/topic.ts', 'node:fs'],
    ['src/shared/topic.ts', 'svelte'],
    ['src/shared/rpc/peer.ts', 'ws'],
    ['src/renderer/features/topics/x.ts', '../message/file-name'],
    ['src/renderer/features/topics/x.ts', '../../../main/compose'],
    ['src/renderer/state/format.ts', '../features/topics/x'],
    ['src/renderer/workspace/x.ts', '../shell/app.svelte'],
    ['src/renderer/ui/hex-row.ts', '../state/format'],
    ['src/renderer/ui/hex-row.ts', '../../shared/topic'],
    ['src/main/broker/serve.ts', '../topics/tree'],
    ['src/main/broker/core/broker.ts', '../../topics/tree'],
    ['src/main/broker/core/broker.ts', '../store/sqlite-store'],
    ['src/main/broker/core/broker.ts', 'better-sqlite3'],
    ['src/main/broker/codec/decode.ts', '../core/client'],
    ['src/main/broker/codec/decode.ts', 'mqtt-packet'],
    ['src/main/broker/listeners/listen.ts', 'mqtt'],
    ['src/main/history/writer.ts', '../decode/preview'],
    ['src/main/topics/tree.ts', '../transfer/csv'],
    ['src/main/topics/tree.ts', 'mqtt'],
    ['src/main/topics/tree.ts', 'better-sqlite3'],
    ['src/main/transfer/csv.ts', 'better-sqlite3'],
    ['src/main/profiles/profiles.ts', '../history/path'],
    ['src/main/router/router.ts', '../electron/window'],
    ['src/main/router/router.ts', 'electron'],
    ['src/main/compose.ts', './electron/window'],
    ['src/main/compose.ts', './web/server'],
    ['src/main/web/server.ts', '../history/path'],
    ['src/main/web/server.ts', 'electron'],
    ['src/main/worker.ts', 'electron'],
    ['src/main/headless.ts', 'electron']
  ])('%s may not import %s', async (file, from) => {
    expect(await refused(file, from)).toBe(true)
    expect(await refused(file, from, true)).toBe(true)
  })

  it.each([
    ['src/shared/contract/topics.ts', 'zod'],
    ['src/shared/rpc/peer.ts', 'birpc'],
    ['src/renderer/features/topics/x.ts', '../../state/format'],
    ['src/renderer/workspace/x.ts', '../features/topics/x'],
    ['src/renderer/shell/x.ts', '../workspace/x'],
    ['src/renderer/features/topics/x.ts', '../../../shared/topic'],
    ['src/main/broker/store/schema.ts', 'better-sqlite3'],
    ['src/main/broker/core/broker.ts', '../codec/encode'],
    ['src/main/mqtt/client.ts', 'mqtt'],
    ['src/main/topics/view.ts', '../decode/preview'],
    ['src/main/history/schema.ts', 'better-sqlite3'],
    ['src/main/compose.ts', './broker/broker-service'],
    ['src/main/router/router.ts', '../archive/archive'],
    ['src/main/web/server.ts', '../compose'],
    ['src/main/electron/window.ts', 'electron'],
    ['src/main/index.ts', 'electron']
  ])('%s may import %s', async (file, from) => {
    expect(await refused(file, from)).toBe(false)
  })
})
