import { SCRIPT_LIMITS, type ScriptFault } from '../../shared/contract/scripts'
import { m } from '../paraglide/messages'
import { bytes } from './format'

/** Why a script ended early, from a fault's code. */
export function limitText(code: string): string {
  switch (code as ScriptFault['code'] | 'PAYLOAD') {
    case 'TIME':
      return m.scripts_fault_time({ limit: SCRIPT_LIMITS.callMs })
    case 'MEMORY':
      return m.scripts_fault_memory({ limit: bytes(SCRIPT_LIMITS.memory) })
    case 'STACK':
      return m.scripts_fault_stack()
    case 'UNRESPONSIVE':
      return m.scripts_fault_unresponsive()
    case 'NO_FUNCTION':
      return m.scripts_fault_no_function()
    case 'PAYLOAD':
      return m.scripts_fault_payload({ limit: bytes(SCRIPT_LIMITS.payload) })
    case 'CRASHED':
    case 'RESULT':
    case 'ERROR':
      return m.scripts_fault_crashed()
  }
}
