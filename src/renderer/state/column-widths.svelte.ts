import { preferences, type Preferences } from './preferences.svelte'

const NAME = 'column-widths'

type Widths = Readonly<Record<string, number>>

/** The column widths that the user chose, by table. They are stored on this computer. */
export class ColumnWidths {
  readonly #kept: Preferences
  #tables = $state.raw<Record<string, Widths>>({})

  constructor(kept: Preferences) {
    this.#kept = kept
    this.#tables = parsed(kept.recall(NAME))
  }

  /** Widths in px by column id. Columns that were not resized are absent. */
  get(table: string): Widths {
    return this.#tables[table] ?? {}
  }

  set(table: string, widths: Widths): void {
    this.#tables = { ...this.#tables, [table]: widths }
    this.#kept.keep(NAME, JSON.stringify(this.#tables))
  }
}

function parsed(text: string | null): Record<string, Widths> {
  try {
    const found: unknown = JSON.parse(text ?? '{}')
    return typeof found === 'object' && found !== null ? (found as Record<string, Widths>) : {}
  } catch {
    // The name holds something else: use the default widths.
    return {}
  }
}

export const columnWidths = new ColumnWidths(preferences)
