import type { SnDropCause } from '../../../../shared/contract/mqtt-sn'

/** What went through a gateway since it opened. */
export class SnCounts {
  datagramsReceived = 0
  datagramsSent = 0
  bytesReceived = 0
  bytesSent = 0
  readonly dropped: Record<SnDropCause, number> = {
    malformed: 0,
    version: 0,
    'not connected': 0,
    unexpected: 0,
    'unknown topic': 0,
    congestion: 0,
    'too many clients': 0,
    undeliverable: 0
  }
}
