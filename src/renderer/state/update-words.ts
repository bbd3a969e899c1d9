import type { UpdateFault, UpdateStatus } from '../../shared/contract/updates'
import { m } from '../paraglide/messages'
import { dateAndMinute } from './format'

const faults: Record<UpdateFault, () => string> = {
  OFFLINE: m.updates_fault_OFFLINE,
  NO_FEED: m.updates_fault_NO_FEED,
  NOTHING_PUBLISHED: m.updates_fault_NOTHING_PUBLISHED,
  BAD_FEED: m.updates_fault_BAD_FEED,
  CHECKSUM: m.updates_fault_CHECKSUM,
  SIGNATURE: m.updates_fault_SIGNATURE,
  DISK: m.updates_fault_DISK,
  OTHER: m.updates_fault_OTHER
}

/** The update status in a sentence. */
export function updateSentence({ step, checkedAt }: UpdateStatus): string {
  const when = checkedAt === null ? '' : dateAndMinute(checkedAt)
  switch (step.state) {
    case 'idle':
      return checkedAt === null ? m.updates_never() : m.updates_checked({ time: when })
    case 'checking':
      return m.updates_checking()
    case 'current':
      return m.updates_current({ time: when })
    case 'available':
      return m.updates_available({ version: step.version })
    case 'downloading':
      return m.updates_downloading({ version: step.version, percent: Math.floor(step.share * 100) })
    case 'ready':
      return m.updates_ready({ version: step.version })
    case 'installing':
      return m.updates_installing({ version: step.version })
    case 'failed':
      return faults[step.fault]()
  }
}
