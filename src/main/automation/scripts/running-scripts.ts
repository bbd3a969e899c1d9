import { isDeepStrictEqual } from 'node:util'
import { SCRIPT_LIMITS, type ScriptFault, type ScriptStatus } from '../../../shared/contract/scripts'
import { encodeError } from '../../../shared/errors'
import type { SpawnProcess } from '../../process'
import { keyOf, type ScriptRef } from './allowed'
import type { ScriptConsole } from './console'
import type { ScriptHeader } from '../../../shared/script-header'
import { MessageScript } from './message-script'
import type { Outcome, ScriptMessage } from './protocol'
import { RateCap } from './rate-cap'

const { running: MOST_RUNNING, publishesPerSecond, noticesPerMinute } = SCRIPT_LIMITS

/** The connections, as scripts see them. */
export interface Links {
  /** Open connections, with the names of their profiles. */
  open(): { id: string; name: string }[]
  /** The filters of a connection have changed. */
  filtersChanged(connection: string): void
  /** Throws as a connection's `messages.publish`. */
  publish(connection: string, message: ScriptMessage): Promise<unknown>
}

interface Around {
  spawn: SpawnProcess
  console: ScriptConsole
  links: Links
  variables: (collection: string) => Record<string, string>
  /** Notices of one call; at least one. */
  notice: (script: string, texts: string[]) => void
  changed: () => void
}

interface WantedScript extends ScriptRef {
  source: string
  header: ScriptHeader
}

interface Running {
  wanted: WantedScript
  script: MessageScript
  connections: string[]
  state: 'running' | 'stopped'
  fault: ScriptFault | null
  handled: number
  published: number
  publishes: RateCap
  notices: RateCap
}

/** The message scripts that run: one for each that is allowed and has an open connection. */
export class RunningScripts {
  private readonly running = new Map<string, Running>()
  private tooMany = new Set<string>()

  constructor(private readonly around: Around) {}

  /** Starts, stops and restarts scripts so that these run. One that stopped by itself stays stopped until its text changes. */
  use(wanted: readonly WantedScript[]): void {
    const { links } = this.around
    const open = links.open()
    const before = new Map(open.map(({ id }) => [id, this.filtersFor(id)]))
    const next = new Map<string, { wanted: WantedScript; connections: string[] }>()
    this.tooMany = new Set()
    for (const each of wanted) {
      const connections = open
        .filter(({ name }) => each.header.connections.includes(name))
        .map(({ id }) => id)
      if (connections.length === 0) continue
      if (next.size < MOST_RUNNING) next.set(keyOf(each), { wanted: each, connections })
      else this.tooMany.add(keyOf(each))
    }
    for (const [key, one] of this.running) {
      const kept = next.get(key)
      if (kept?.wanted.source === one.wanted.source && this.hasSameVariables(one)) {
        one.connections = kept.connections
        continue
      }
      one.script.stop()
      this.running.delete(key)
    }
    for (const [key, { wanted, connections }] of next)
      if (!this.running.has(key)) this.start(key, wanted, connections)
    for (const { id } of open)
      if (!isDeepStrictEqual(before.get(id), this.filtersFor(id))) links.filtersChanged(id)
  }

  /** Forgets that a script stopped, so that it starts again. */
  forget(ref: ScriptRef): void {
    this.running.get(keyOf(ref))?.script.stop()
    this.running.delete(keyOf(ref))
  }

  filtersFor(connection: string): { key: string; filters: string[] }[] {
    return [...this.running]
      .filter(([, one]) => one.state === 'running' && one.connections.includes(connection))
      .map(([key, { wanted }]) => ({ key, filters: wanted.header.filters }))
  }

  arrived(
    connection: string,
    messages: { keys: readonly string[]; message: ScriptMessage }[],
    skipped: number
  ): void {
    for (const { keys, message } of messages)
      for (const key of keys) {
        const one = this.running.get(key)
        if (one?.state === 'running' && one.connections.includes(connection))
          one.script.take(connection, message)
      }
    if (skipped === 0) return
    for (const { key } of this.filtersFor(connection)) {
      const { wanted } = this.running.get(key)!
      this.around.console.event(wanted, 'skipped', { level: 'warn', count: skipped })
    }
  }

  status(ref: ScriptRef): Pick<ScriptStatus, 'state' | 'fault' | 'handled' | 'published'> {
    const one = this.running.get(keyOf(ref))
    if (one) {
      const { state, fault, handled, published } = one
      return { state, fault, handled, published }
    }
    const state = this.tooMany.has(keyOf(ref)) ? 'tooMany' : 'waiting'
    return { state, fault: null, handled: 0, published: 0 }
  }

  stop(): void {
    for (const { script } of this.running.values()) script.stop()
    this.running.clear()
  }

  private hasSameVariables({ wanted, script }: Running): boolean {
    return isDeepStrictEqual(this.around.variables(wanted.collection), script.script.variables)
  }

  private start(key: string, wanted: WantedScript, connections: string[]): void {
    const { spawn, console, variables, changed } = this.around
    const source = {
      kind: 'message' as const,
      file: wanted.path.slice(wanted.path.lastIndexOf('/') + 1),
      source: wanted.source,
      variables: variables(wanted.collection)
    }
    const script = new MessageScript(source, {
      spawn,
      did: (outcome, connection) => this.did(key, outcome, connection),
      restarted: (fault) => console.fault(wanted, 'restarted', fault),
      stopped: (fault) => {
        const one = this.running.get(key)
        if (!one) return
        one.state = 'stopped'
        one.fault = fault
        console.fault(wanted, 'stopped', fault)
        for (const id of one.connections) this.around.links.filtersChanged(id)
        changed()
      },
      skipped: (count) => console.event(wanted, 'skipped', { level: 'warn', count })
    })
    this.running.set(key, {
      ...{ wanted, script, connections, state: 'running', fault: null, handled: 0, published: 0 },
      publishes: new RateCap(publishesPerSecond, 1_000),
      notices: new RateCap(noticesPerMinute, 60_000)
    })
    console.event(wanted, 'started')
    script.start()
  }

  private did(key: string, outcome: Outcome, connection: string | null): void {
    const { console, links, notice, changed } = this.around
    const one = this.running.get(key)
    if (!one) return
    const { wanted } = one
    console.outcome(wanted, outcome)
    if (connection !== null) one.handled++
    const texts = outcome.notices.filter(() => this.within(one, one.notices))
    for (const text of texts) console.event(wanted, 'notice', { text })
    if (texts.length > 0) notice(wanted.path, texts)
    // What the top level publishes goes to every connection of the script.
    for (const to of connection === null ? one.connections : [connection])
      for (const message of outcome.sent)
        if (this.within(one, one.publishes))
          links.publish(to, message).then(
            () => {
              one.published++
              changed()
            },
            (error: unknown) => {
              const { code } = encodeError(error)
              console.event(wanted, 'refused', { level: 'error', text: message.topic, code })
            }
          )
    changed()
  }

  private within({ wanted }: Running, cap: RateCap): boolean {
    const { isAllowed, refused } = cap.take()
    if (refused > 0) this.around.console.event(wanted, 'capped', { level: 'warn', count: refused })
    return isAllowed
  }
}
