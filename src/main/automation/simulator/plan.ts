import type { PayloadFormat } from '../../../shared/contract/collections'
import type { Profile } from '../../../shared/contract/profiles'
import type { Qos } from '../../../shared/message'
import type { Secrets } from '../../mqtt/options'

/** A variable, with its value. */
export interface PlannedVariable {
  name: string
  value: string
  /** Its value is a template. */
  expands: boolean
}

/** A simulator that can be carried out, as its thread gets it. */
export interface SimulatorPlan {
  profile: Profile
  secrets: Secrets
  clients: number
  /** ms */
  rampUp: number
  /** ms; null: until it is stopped. */
  duration: number | null
  clientId: string
  username: string
  password: string
  messages: {
    topic: string
    payload: string
    format: PayloadFormat
    qos: Qos
    retain: boolean
    every: number
  }[]
  variables: PlannedVariable[]
  /** Columns and values of each row of the devices' file; null: there is none. */
  rows: [string, string][][] | null
  /** The collection's folder, where `$row` finds its files. */
  directory: string
}
