import { preferences, type Preferences } from './preferences.svelte'

const NAME = 'hidden-columns'

/** The columns that the user does not want to see, by table. They are stored on this computer. */
export class HiddenColumns {
  readonly #kept: Preferences
  #tables = $state.raw<Readonly<Record<string, readonly string[]>>>({})

  constructor(kept: Preferences) {
    this.#kept = kept
    this.#tables = parsed(kept.recall(NAME))
  }

  /** Whether a table shows a column. */
  shows(table: string, id: string): boolean {
    return !this.#of(table).includes(id)
  }

  /** Whether all columns of a table are shown. */
  showsAll(table: string): boolean {
    return this.#of(table).length === 0
  }

  toggle(table: string, id: string): void {
    const hidden = this.#of(table)
    this.#set(table, hidden.includes(id) ? hidden.filter((each) => each !== id) : [...hidden, id])
  }

  showAll(table: string): void {
    this.#set(table, [])
  }

  #of(table: string): readonly string[] {
    return this.#tables[table] ?? []
  }

  #set(table: string, hidden: readonly string[]): void {
    this.#tables = { ...this.#tables, [table]: hidden }
    this.#kept.keep(NAME, JSON.stringify(this.#tables))
  }
}

function parsed(text: string | null): Record<string, string[]> {
  try {
    const tables = Object.entries(Object(JSON.parse(text ?? '{}')) as Record<string, unknown>)
    return Object.fromEntries(tables.filter((each): each is [string, string[]] => Array.isArray(each[1])))
  } catch {
    // The name holds something else: show every column.
    return {}
  }
}

export const hiddenColumns = new HiddenColumns(preferences)
