import type { Words } from '../../../shared/contract/sentence'
import { said } from './said'

/** A few items, separated by commas. */
export function listed(items: readonly Words[]): Words {
  return items.length === 0 ? '' : items.reduce((before, last) => said('failure_and', { before, last }))
}
