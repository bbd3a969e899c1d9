import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { JsonFile } from '../../profiles/json-file'

const Stored = z.array(z.object({ collection: z.string(), path: z.string(), sha256: z.string() }))

/** Names a script on this computer. */
export interface ScriptRef {
  collection: string
  path: string
}

export function keyOf({ collection, path }: ScriptRef): string {
  return `${collection} ${path}`
}

/**
 * The scripts that a person allowed to run on this computer, each with exactly the text that was allowed: what git or another program
 * writes into the file later does not run.
 */
export class AllowedScripts {
  private readonly texts = new Map<string, ScriptRef & { sha256: string }>()
  private readonly file: JsonFile

  constructor(dataDirectory: string) {
    this.file = new JsonFile(join(dataDirectory, 'scripts.json'))
  }

  async load(): Promise<void> {
    for (const each of Stored.safeParse(await this.file.read()).data ?? []) this.texts.set(keyOf(each), each)
  }

  /** `changed`: another text was allowed. */
  verdict(ref: ScriptRef, source: string): 'allowed' | 'changed' | 'off' {
    const known = this.texts.get(keyOf(ref))
    return known ? (known.sha256 === sha256(source) ? 'allowed' : 'changed') : 'off'
  }

  allow({ collection, path }: ScriptRef, source: string): Promise<void> {
    this.texts.set(keyOf({ collection, path }), { collection, path, sha256: sha256(source) })
    return this.keep()
  }

  forbid(ref: ScriptRef): Promise<void> {
    return this.texts.delete(keyOf(ref)) ? this.keep() : Promise.resolve()
  }

  /** A script that was renamed or moved, with its text unchanged, stays allowed. */
  async follow(scripts: readonly (ScriptRef & { source: string })[]): Promise<void> {
    const known = new Set(scripts.map(keyOf))
    const fresh = scripts.filter((each) => !this.texts.has(keyOf(each)))
    if (fresh.length === 0) return
    for (const [key, { collection, sha256: was }] of this.texts) {
      if (known.has(key)) continue
      const index = fresh.findIndex((each) => each.collection === collection && sha256(each.source) === was)
      const [moved] = index === -1 ? [] : fresh.splice(index, 1)
      if (!moved) continue
      this.texts.delete(key)
      await this.allow(moved, moved.source)
    }
  }

  written(): Promise<void> {
    return this.file.written()
  }

  private keep(): Promise<void> {
    return this.file.write([...this.texts.values()] satisfies z.infer<typeof Stored>)
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
