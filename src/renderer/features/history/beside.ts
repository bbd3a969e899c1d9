/** The direction of a step in a list that has the newest message first. */
export type Step = 'newer' | 'older'

/**
 * The index of the row next to a message; null: there is none among the loaded ones. The message itself may not be among them.
 *
 * @param rows newest first, so by descending id
 */
export function rowBeside(rows: readonly { id: number }[], id: number, step: Step): number | null {
  const index =
    step === 'older' ? rows.findIndex((row) => row.id < id) : rows.findLastIndex((row) => row.id > id)
  return index < 0 ? null : index
}
