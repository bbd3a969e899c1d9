import type { ConnectionFault } from '../../shared/contract/connections'
import type { ProbeItemId } from '../../shared/contract/probe'
import type { MqttVersion } from '../../shared/contract/profiles'
import { connackRefusesVersion } from '../../shared/mqtt-codes'
import { BrokerLost, type Check } from './context'
import { answerOfFault, notSupported, supported, unknown, type Found } from './finding'
import { LinkClosed } from './link'

/** How a broker ends the connection of a version that it does not know, rather than answering. */
const endings = new Set(['ECONNRESET', 'EPIPE'])

/** Which versions CONNACK accepts; the highest first, since that is what the other checks use. */
export function versionChecks(refused: (fault: ConnectionFault) => void): Check[] {
  const check = (id: ProbeItemId, version: MqttVersion): Check => ({
    id,
    async run(context) {
      try {
        const { connack } = await context.openOnce({ version })
        context.versions.add(version)
        if (version === 5) context.announced = connack?.properties ?? {}
        return supported('accepted', { answer: { packet: 'CONNACK', version, code: 0, reasonString: null } })
      } catch (error) {
        if (!(error instanceof LinkClosed)) throw error
        refused(error.fault)
        return refusal(error.fault)
      }
    }
  })
  return [check('version5', 5), check('version311', 4), check('version31', 3)]
}

/** Throws BrokerLost if there is nobody to ask. */
function refusal(fault: ConnectionFault): Found {
  const answer = answerOfFault(fault)
  switch (fault.kind) {
    case 'connack':
      // A wrong password says nothing about the version.
      return connackRefusesVersion(fault.version, fault.code)
        ? notSupported('refused', { answer })
        : unknown('refused', { answer })
    case 'network':
      if (!endings.has(fault.code)) throw new BrokerLost(fault)
      return notSupported('closed')
    case 'proxy':
    case 'scram':
    case 'variables':
      throw new BrokerLost(fault)
    case 'timeout':
      return unknown('timeLimit')
    case 'disconnect':
    case 'closed':
    case 'protocol':
    case 'crashed':
      return notSupported('closed', { answer })
  }
}
