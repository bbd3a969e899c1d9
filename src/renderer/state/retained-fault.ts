import type { RetainedFault } from '../../shared/contract/retained'
import { m } from '../paraglide/messages'
import { explained } from './joined'
import { faultTitle } from './connection-sentences'
import { reasonName } from './sentences'

/**
 * Why a broker could not be asked for its retained messages, or did not answer completely: the end of a sentence.
 *
 * @param address of the broker
 */
export function retainedFault(fault: RetainedFault, address: string, filter: string): string {
  switch (fault.kind) {
    case 'offline':
      return m.retained_fault_offline()
    case 'unavailable':
      return m.retained_fault_unavailable()
    case 'failed':
      return m.retained_fault_failed({ reason: fault.reason })
    case 'subscribe': {
      const reason = [reasonName(fault.code, fault.version, 'SUBACK'), fault.reasonString]
      return m.retained_fault_subscribe({ filter, reason: explained(...reason) })
    }
    case 'connection':
      return m.retained_fault_connection({ why: faultTitle(fault.fault, address) })
  }
}
