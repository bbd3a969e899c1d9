import type { NewCheck } from '../../../shared/contract/new-checks'
import { LOCAL_PROFILE_ID } from '../../../shared/contract/profiles'

/** The broker of a file that starts one of its own. */
export const OWN_BROKER = 'local'

/** The message that is to be expected again. */
export interface AskedCheck {
  source: NewCheck['source']
  topic: string
  /** The collection that the file is written into; null: the user chooses. */
  collection: string | null
  /** `local`, or the name of a profile. */
  broker: string
  /** The check publishes the message itself. */
  publishes: boolean
}

/** The broker of a profile as a file names it. */
export function checkBroker(id: string, profile: { name: string } | null | undefined): string {
  return id === LOCAL_PROFILE_ID ? OWN_BROKER : profile?.name || id
}
