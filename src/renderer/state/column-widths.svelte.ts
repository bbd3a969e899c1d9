const KEY = 'treetop.column-widths'

type Widths = Readonly<Record<string, number>>

/** The column widths that a person chose, by table. They are kept on this computer. */
export class ColumnWidths {
  #tables = $state.raw<Record<string, Widths>>(stored())

  /** In px by column id; columns that were not resized are missing. */
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
    // Without storage, or with something else under the key, the columns have their own widths.
    return {}
  }
}

export const columnWidths = new ColumnWidths()
