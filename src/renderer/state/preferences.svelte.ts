/** What a person can choose about how things are shown: the words that are kept, the default first. */
const choices = {
  /** Topics in a list, without branches. */
  flat: ['off', 'on'],
  /** What changed since the message before is marked in the value. */
  'mark-changes': ['on', 'off'],
  /** The panel that publishes. */
  publish: ['shown', 'hidden'],
  /** The list of MQTT 5 properties. */
  properties: ['open', 'closed'],
  /** How two messages are laid side by side. */
  diff: ['changes', 'unified', 'split'],
  /** Which devices are shown. */
  'devices.tab': ['sparkplug', 'ha']
} as const

type Choices = typeof choices
export type Preference = keyof Choices

const PREFIX = 'treetop.'

/** What a person chose about how things are shown; the one owner of the browser's storage. What cannot be stored holds until the page is closed. */
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

  /** A text that was kept under a name of its own, such as the place of a divider; null when there is none. */
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
      // The storage is full, or closed to this page: the text is at hand until the page is closed.
    }
  }
}

export const preferences = new Preferences(globalThis.localStorage)
