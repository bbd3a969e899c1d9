import type { TemplateFault } from '../../../shared/contract/template-fault'
import { MOST_CLIENTS, type SavedSimulator, type SimulatorFault } from '../../../shared/contract/simulators'
import { TemplateError } from '../template/fault'
import type { Row } from '../template/rows'
import type { PlannedVariable, SimulatorPlan } from './plan'
import { DeviceTemplates, type DeviceMessage } from './templates'

/** The collection that a simulator is in. */
export interface Surroundings {
  variables: PlannedVariable[]
  directory: string
  /** Throws a TemplateError. */
  rows(file: string): readonly Row[]
  env: Readonly<Record<string, string | undefined>>
}

type Plan = Omit<SimulatorPlan, 'profile' | 'secrets'>

/** A simulator that is ready to start, with everything that is wrong with it, and what its first device would send. */
export interface CheckedSimulator {
  plan: Plan
  faults: SimulatorFault[]
  clientId: string
  messages: DeviceMessage[]
}

/** Devices that connect in a second unless the simulator says otherwise. */
const RAMP = 500

export function checked(simulator: SavedSimulator, around: Surroundings): CheckedSimulator {
  const faults: SimulatorFault[] = []
  const add = (field: string, code: SimulatorFault['code'], template: TemplateFault | null = null): void =>
    void faults.push({ field, code, template })
  const number = (text: string, max: number, whole: boolean): number => {
    const value = text.trim() === '' ? NaN : Number(text)
    return value >= 0 && value <= max && (!whole || Number.isInteger(value)) ? value : NaN
  }
  const clients = number(simulator.clients, MOST_CLIENTS, true)
  const isCount = clients >= 1
  if (!isCount) add('clients', 'CLIENTS')
  const rampUp = simulator.rampUp.trim() === '' ? clients / RAMP : number(simulator.rampUp, 86_400, false)
  if (isCount && Number.isNaN(rampUp)) add('rampUp', 'RAMP_UP')
  const duration = simulator.duration.trim() === '' ? null : number(simulator.duration, 31_536_000, false)
  if (Number.isNaN(duration) || duration === 0) add('duration', 'DURATION')
  if (simulator.messages.length === 0) add('messages', 'NO_MESSAGES')
  const messages = simulator.messages.map((message, index) => {
    const every = number(message.every, 30 * 86_400_000, true)
    if (!(every >= 1)) add(`messages.${index}.every`, 'EVERY')
    return { ...message, every }
  })
  let rows: Plan['rows'] = null
  try {
    if (simulator.devices.trim() !== '') rows = around.rows(simulator.devices.trim()).map((row) => [...row])
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    const { code, subject: name, detail } = error
    add('devices', 'TEMPLATE', { field: 'devices', variable: null, line: 1, column: 1, code, name, detail })
  }
  const plan: Plan = {
    ...{
      clients: isCount ? clients : 1,
      rampUp: rampUp * 1_000,
      duration: duration === null ? null : duration * 1_000
    },
    ...{ clientId: simulator.clientId, username: simulator.username, password: simulator.password },
    ...{ messages, variables: around.variables, rows, directory: around.directory }
  }
  const templates = new DeviceTemplates(plan, around.env)
  const first = templates.device(0)
  if (simulator.clientId.trim() === '') add('clientId', 'CLIENT_ID')
  for (const field of ['clientId', 'username', 'password'] as const)
    for (const fault of first.text(field, simulator[field]).faults) add(field, 'TEMPLATE', fault)
  const { text: clientId } = first.text('clientId', simulator.clientId)
  if (
    faults.length === 0 &&
    clients > 1 &&
    templates.device(1).text('clientId', simulator.clientId).text === clientId
  )
    add('clientId', 'SAME_IDS')
  const made = messages.map((message, index) => {
    const one = first.message(message, index)
    if ('faults' in one)
      for (const fault of one.faults) add(`messages.${index}.${fault.field}`, 'TEMPLATE', fault)
    return one
  })
  return { plan, faults, clientId, messages: made }
}
