/** The display preferences and their stored values, the default first. */
const choices = {
  /** The list of pages, in a window that is wide enough. */
  rail: ['labels', 'icons'],
  /** Shows topics as a list, without branches. */
  flat: ['off', 'on'],
  /** Marks in the value what changed since the previous message. */
  'mark-changes': ['on', 'off'],
  /** The publish panel. */
  publish: ['shown', 'hidden'],
  /** The list of MQTT 5 properties. */
  properties: ['open', 'closed'],
  /** Layout of the diff of two messages. */
  diff: ['changes', 'unified', 'split'],
  /** Which devices are shown. */
  'devices.tab': ['sparkplug', 'ha'],
  /** The section of the broker page. */
  'broker.tab': [
    'overview',
    'clients',
    'subscriptions',
    'retained',
    'access',
    'faults',
    'bridges',
    'settings',
    'refused'
  ],
  /** The part of the broker's access settings that is shown. */
  'broker.access': ['rules', 'users', 'refused']
} as const

type Choices = typeof choices
export type Preference = keyof Choices

const PREFIX = 'treetop.'

/** The user's display preferences; sole owner of the browser's storage. Values that cannot be stored last until the page is closed. */
export class Preferences {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'> | undefined
  #chosen = $state.raw<Partial<Record<Preference, string>>>({})
  readonly #kept = new Map<string, string>()

  constructor(storage?: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#storage = storage
  }

  get<N extends Preference>(name: N): Choices[N][number] {
    const words: readonly string[] = choices[name]
    const word = this.#chosen[name] ?? this.recall(name)
    return (word !== null && words.includes(word) ? word : words[0]) as Choices[N][number]
  }

  set<N extends Preference>(name: N, word: Choices[N][number]): void {
    this.#chosen = { ...this.#chosen, [name]: word }
    this.keep(name, word)
  }

  /** A text stored under its own name, such as the position of a divider; null if there is none. */
  recall(name: string): string | null {
    const kept = this.#kept.get(name)
    if (kept !== undefined) return kept
    try {
      return this.#storage?.getItem(PREFIX + name) ?? null
    } catch {
      return null
    }
  }

  keep(name: string, text: string): void {
    this.#kept.set(name, text)
    try {
      this.#storage?.setItem(PREFIX + name, text)
    } catch {
      // Storage is full, or unavailable to this page: keep the text in memory until the page is closed.
    }
  }
}

export const preferences = new Preferences(globalThis.localStorage)

/** Texts that survive a reload of the page, and end with its tab or window. */
export const untilClosed = new Preferences(globalThis.sessionStorage)
