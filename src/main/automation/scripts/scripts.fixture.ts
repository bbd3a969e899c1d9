import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import type { ScriptMessage, ScriptSource } from './protocol'

/** A message to a script. */
export function message(payload: string | Uint8Array = '', topic = 'a/b'): ScriptMessage {
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload
  return { topic, payload: bytes, qos: 0, retain: false, properties: null }
}

/** A message script. */
export function script(source: string, more: Partial<ScriptSource> = {}): ScriptSource {
  return { kind: 'message', file: 'try.js', source, variables: {}, ...more }
}

/** Builds the entry of the scripts' process as the app's build does. */
export async function builtProcess(): Promise<{ path: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'treetop-scripts-'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: join(import.meta.dirname, 'process.ts'),
      outDir: join(folder, 'out', 'main'),
      emptyOutDir: false
    }
  })
  return {
    path: join(folder, 'out', 'main', 'process.js'),
    remove: () => rm(folder, { recursive: true, force: true })
  }
}
