import type { CapturedValue } from '../../../shared/contract/requests'

/** Values that were captured from answers, by collection and name. They last until Treetop ends. */
export class Captures {
  private readonly values = new Map<string, Map<string, CapturedValue>>()

  of(collection: string): ReadonlyMap<string, CapturedValue> {
    return this.values.get(collection) ?? new Map<string, CapturedValue>()
  }

  put(collection: string, captured: readonly { name: string; value: string }[], at: number): void {
    const values = this.values.get(collection) ?? new Map<string, CapturedValue>()
    for (const { name, value } of captured) values.set(name, { name, value, at })
    this.values.set(collection, values)
  }

  forget(collection: string): void {
    this.values.delete(collection)
  }
}
