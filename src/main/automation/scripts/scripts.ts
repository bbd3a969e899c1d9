import type { CallsOf } from '../../../shared/contract'
import type { TemplateFault } from '../../../shared/contract/template-fault'
import {
  SCRIPT_LIMITS,
  type ScriptFault,
  type ScriptLine,
  type ScriptStatus
} from '../../../shared/contract/scripts'
import { AppError } from '../../../shared/errors'
import type { SpawnProcess } from '../../process'
import { AllowedScripts, keyOf, type ScriptRef } from './allowed'
import { BeforePublish } from './before-publish'
import { ScriptConsole } from './console'
import type { ScriptHeader } from '../../../shared/script-header'
import type { ScriptMessage } from './protocol'
import { RunningScripts, type Links } from './running-scripts'

const TELL_EVERY = 250

/** A script in a collection. */
export interface CollectionScript extends ScriptRef {
  source: string
  header: ScriptHeader
  /** Its header has a fault: it does not run. */
  isFaulty: boolean
}

export interface ScriptFiles {
  list(): CollectionScript[]
  /** Throws NOT_FOUND, INVALID_INPUT if the file has another text than `before`, and FILE_UNWRITABLE. */
  save(ref: ScriptRef, source: string, before: string | null): Promise<void>
  create(collection: string, parent: string, name: string, source: string): Promise<string>
  /** Values of a collection's variables in the active environment. */
  variables(collection: string): Record<string, string>
}

interface Parts {
  dataDirectory: string
  spawn: SpawnProcess
  files: ScriptFiles
  links: Links
  changed: (scripts: ScriptStatus[]) => void
  told: (lines: ScriptLine[]) => void
  cleared: () => void
  notice: (script: string, texts: string[]) => void
}

/** What a script made of a message that is to be published. */
export type Verdict = { message: ScriptMessage } | { fault: TemplateFault }

/** The scripts of the open collections: which may run, which do, and their console. */
export class Scripts {
  private readonly allowed: AllowedScripts
  private readonly console: ScriptConsole
  private readonly before: BeforePublish
  private readonly running: RunningScripts
  private telling: NodeJS.Timeout | null = null

  constructor(private readonly parts: Parts) {
    const { spawn, links, files } = parts
    this.allowed = new AllowedScripts(parts.dataDirectory)
    this.console = new ScriptConsole(parts.told)
    this.before = new BeforePublish(spawn)
    this.running = new RunningScripts({
      ...{ spawn, links, console: this.console },
      variables: (collection) => files.variables(collection),
      notice: parts.notice,
      changed: () => this.tellSoon()
    })
  }

  async load(): Promise<void> {
    await this.allowed.load()
  }

  calls(): CallsOf<'main', 'scripts'> {
    const { files } = this.parts
    return {
      'scripts.list': () => this.list(),
      'scripts.read': (ref) => ({ source: this.script(ref).source }),
      'scripts.save': async ({ source, before, ...ref }) => {
        const old = this.script(ref)
        const wasAllowed = this.allowed.verdict(ref, old.source) === 'allowed'
        // What another program wrote meanwhile must not be allowed with it.
        if (wasAllowed && (before === null || before === old.source)) await this.allowed.allow(ref, source)
        try {
          await files.save(ref, source, before)
        } catch (error) {
          if (wasAllowed) await this.allowed.allow(ref, old.source)
          throw error
        } finally {
          this.refresh()
        }
      },
      'scripts.create': async ({ collection, parent, name, source }) => {
        const path = await files.create(collection, parent, name, source)
        return { path }
      },
      'scripts.allow': async ({ source, ...ref }) => {
        if (this.script(ref).source !== source)
          throw new AppError('INVALID_INPUT', { issues: [{ path: 'source', fault: 'SCRIPT_FILE_CHANGED' }] })
        await this.allowed.allow(ref, source)
        this.running.forget(ref)
        this.refresh()
      },
      'scripts.forbid': async (ref) => {
        await this.allowed.forbid(ref)
        this.running.forget(ref)
        this.refresh()
      },
      'scripts.console': () => this.console.lines(),
      'scripts.clearConsole': () => {
        this.console.clear()
        this.parts.cleared()
      }
    }
  }

  /** The files, variables, connections or their names may have changed. */
  refresh(): void {
    const scripts = this.parts.files.list()
    void this.allowed.follow(scripts).then(() => {
      const wanted = scripts.filter(
        (each) =>
          !each.isFaulty &&
          each.header.filters.length > 0 &&
          this.allowed.verdict(each, each.source) === 'allowed'
      )
      this.running.use(wanted)
      this.tellSoon()
    })
  }

  /** Runs the script of a saved message. `isPreview`: leaves no trace in the console. */
  async publishing(
    ref: ScriptRef,
    message: ScriptMessage,
    variables: Record<string, string>,
    isPreview: boolean
  ): Promise<Verdict> {
    const script = this.parts.files.list().find((each) => keyOf(each) === keyOf(ref))
    const fault = (
      code: TemplateFault['code'],
      detail = '',
      at?: { line: number; column: number }
    ): Verdict => ({
      fault: { field: 'script', variable: null, line: 1, column: 1, ...at, code, name: ref.path, detail }
    })
    if (!script) return fault('SCRIPT_MISSING')
    const verdict = this.allowed.verdict(ref, script.source)
    if (verdict !== 'allowed') return fault(verdict === 'off' ? 'SCRIPT_OFF' : 'SCRIPT_CHANGED')
    if (message.payload.length > SCRIPT_LIMITS.payload) return fault('SCRIPT_LIMIT', 'PAYLOAD')
    const file = ref.path.slice(ref.path.lastIndexOf('/') + 1)
    const outcome = await this.before.run(
      { kind: 'publish', file, source: script.source, variables },
      message
    )
    const { cancelled, sent, fault: thrown } = outcome
    if (!isPreview) this.console.outcome(ref, cancelled === null ? outcome : { ...outcome, fault: null })
    if (cancelled !== null) return fault('SCRIPT_CANCELLED', cancelled)
    if (thrown) {
      const [frame] = thrown.stack
      return fault(...templateFault(thrown), frame)
    }
    return { message: sent[0]! }
  }

  /** Messages of a connection that match filters of scripts. */
  arrived(
    connection: string,
    messages: { keys: readonly string[]; message: ScriptMessage }[],
    skipped: number
  ): void {
    this.running.arrived(connection, messages, skipped)
  }

  filtersFor(connection: string): { key: string; filters: string[] }[] {
    return this.running.filtersFor(connection)
  }

  async stop(): Promise<void> {
    this.running.stop()
    this.before.stop()
    this.console.stop()
    if (this.telling) clearTimeout(this.telling)
    await this.allowed.written()
  }

  private list(): ScriptStatus[] {
    return this.parts.files.list().map((script) => this.status(script))
  }

  private status({ collection, path, source, header, isFaulty }: CollectionScript): ScriptStatus {
    const kind = header.filters.length > 0 ? 'message' : 'publish'
    const verdict = isFaulty ? 'off' : this.allowed.verdict({ collection, path }, source)
    const { connections, filters } = header
    return {
      ...{ collection, path, kind, connections, filters },
      ...(verdict === 'allowed' && kind === 'message'
        ? this.running.status({ collection, path })
        : {
            ...{ fault: null, handled: 0, published: 0 },
            state: verdict === 'allowed' ? ('ready' as const) : verdict
          })
    }
  }

  /** Throws NOT_FOUND. */
  private script(ref: ScriptRef): CollectionScript {
    const script = this.parts.files.list().find((each) => keyOf(each) === keyOf(ref))
    if (!script) throw new AppError('NOT_FOUND', { what: 'script', id: ref.path })
    return script
  }

  private tellSoon(): void {
    this.telling ??= setTimeout(() => {
      this.telling = null
      this.parts.changed(this.list())
    }, TELL_EVERY)
  }
}

function templateFault({ code, message }: ScriptFault): [TemplateFault['code'], string] {
  return code === 'ERROR' ? ['SCRIPT_FAILED', message] : ['SCRIPT_LIMIT', code]
}
