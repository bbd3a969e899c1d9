const KEY = 'treetop.column-widths'

type Widths = Readonly<Record<string, number>>

/** The column widths that the user chose, by table. They are stored on this computer. */
export class ColumnWidths {
  #tables = $state.raw<Record<string, Widths>>(stored())

  /** Widths in px by column id. Columns that were not resized are absent. */
  of(table: string): Widths {
    return this.#tables[table] ?? {}
  }

  set(table: string, widths: Widths): void {
    this.#tables = { ...this.#tables, [table]: widths }
    localStorage.setItem(KEY, JSON.stringify(this.#tables))
  }
}

function stored(): Record<string, Widths> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return typeof found === 'object' && found !== null ? (found as Record<string, Widths>) : {}
  } catch {
    // Without storage, or if the key holds something else, use the default widths.
    return {}
  }
}

export const columnWidths = new ColumnWidths()
