import type {
  Access,
  AccessChange,
  AccessRule,
  AccessSettings,
  Disconnected,
  RefusedAttempt
} from '../../../../shared/contract/access'
import { isAppError } from '../../../../shared/errors'
import { InTurn } from '../../../../shared/in-turn'
import type { Api } from '../../../../shared/rpc/contract'
import { poll } from '../../../state/poll'
import { Refresh } from '../../../state/refresh'

/** Polling period of the refused attempts, in ms. */
const PERIOD = 1_000

/** A refused attempt with a key that it keeps while it is counted. */
export interface Attempt extends RefusedAttempt {
  key: string
}

/** The access settings of the local broker, and what they refused. */
export class AccessState {
  /** null: not known yet. */
  access = $state.raw<Access | null>(null)
  /** Why the settings could not be read. */
  fault = $state.raw<unknown>(null)
  /** Latest first attempt first, so that rows stay in place while attempts repeat; null: not known yet. */
  refused = $state.raw<Attempt[] | null>(null)
  refusedFault = $state.raw<unknown>(null)
  /** Clients that the pending change would disconnect, and what to do with the person's answer. */
  asking = $state.raw<{ leaving: Disconnected; answer: (goOn: boolean) => void } | null>(null)
  /** What the newest change did, if it can be taken back. */
  readonly undoable = $derived.by(() =>
    this.access === null ? null : (this.#undoable.get(this.access.revision) ?? null)
  )
  readonly #api: Api
  /** A change of settings, and what an undo takes back, begins from the answer to the one before it. */
  readonly #turns = new InTurn()
  /** What changes did, by the revision that they led to. */
  #undoable = $state.raw<ReadonlyMap<number, string>>(new Map())
  readonly #attempts = new Refresh(
    async (current) => {
      const attempts = await this.#api.call('access.refused')
      if (!current()) return
      this.refused = attempts
        .map((attempt) => ({ ...attempt, key: keyOf(attempt) }))
        .sort((a, b) => b.firstAt - a.firstAt)
      this.refusedFault = null
    },
    (error) => {
      if (isAppError(error, 'BROKER_NOT_RUNNING')) this.refused = null
      else this.refusedFault = error
    }
  )

  constructor(api: Api) {
    this.#api = api
  }

  /** Follows changes, of other windows too, until the returned function is called. */
  start(): () => void {
    return this.#api.on('access.changed', (access) => (this.access = access))
  }

  async load(): Promise<void> {
    this.fault = null
    try {
      this.access = await this.#api.call('access.get')
    } catch (error) {
      this.fault = error
    }
  }

  /** Keeps `refused` up to date until the returned function is called. */
  watchRefused(): () => void {
    return poll(this.#attempts, PERIOD)
  }

  /** Changes everything but the users. Resolves to false if the person decided against it. Throws INVALID_INPUT, FILE_UNWRITABLE. */
  set(change: Partial<AccessSettings>, did?: string): Promise<boolean> {
    return this.#turns.run(() => {
      const { anonymous, fallback, rules } = this.access!
      const settings = { anonymous, fallback, rules, ...change }
      return this.change({ kind: 'settings', settings }, () => this.#api.call('access.set', settings), did)
    })
  }

  setRules(rules: AccessRule[], did?: string): Promise<boolean> {
    return this.set({ rules }, did)
  }

  setUser(name: string, password: string): Promise<boolean> {
    return this.change({ kind: 'addUser', name }, () => this.#api.call('access.setUser', { name, password }))
  }

  removeUser(name: string, did: string): Promise<boolean> {
    return this.change({ kind: 'removeUser', name }, () => this.#api.call('access.removeUser', { name }), did)
  }

  /**
   * Makes a change, once the person has accepted that it disconnects clients. Resolves to false if not.
   *
   * @param did what the change did, for "Undo"
   */
  async change(wanted: AccessChange, make: () => Promise<Access>, did?: string): Promise<boolean> {
    const leaving = await this.#api.call('access.disconnects', wanted)
    if (leaving.count > 0 && !(await this.#accepts(leaving))) return false
    const access = await make()
    this.access = access
    if (did !== undefined) this.#undoable = new Map([...this.#undoable, [access.revision, did]])
    // It may have settled some attempts.
    if (this.refused !== null) void this.#attempts.request()
    return true
  }

  /** Takes back the newest change; a second call takes back the one before it. Throws NOT_FOUND, FILE_UNWRITABLE. */
  undo(): Promise<boolean> {
    return this.#turns.run(() => {
      if (this.undoable === null) return false
      const { revision } = this.access!
      return this.change({ kind: 'undo' }, () => this.#api.call('access.undo', { revision }))
    })
  }

  /** No longer offers to take back the newest change. */
  dismissUndo(): void {
    this.#undoable = new Map()
  }

  #accepts(leaving: Disconnected): Promise<boolean> {
    return new Promise((resolve) => {
      this.asking = {
        leaving,
        answer: (goOn) => {
          this.asking = null
          resolve(goOn)
        }
      }
    })
  }
}

function keyOf({ action, user, clientId, topic, rule, fault }: RefusedAttempt): string {
  return JSON.stringify([action, user, clientId, topic, rule, fault])
}
