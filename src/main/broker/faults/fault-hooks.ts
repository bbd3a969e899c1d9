import type { MqttVersion } from '../../../shared/contract/profiles'
import { REASON_CODE, RETURN_CODE } from '../../../shared/mqtt-codes'
import { Refusal } from '../codec/refusal'
import type { Asker, Hooks } from '../core/hooks'
import type { SpecOf, Subject } from './fault'
import type { FaultChoice } from './fault-choice'

/** The reason codes that the broker tells a client before MQTT 5 as these return codes. */
const reasonCodes: Record<number, number> = {
  [RETURN_CODE.UNACCEPTABLE_PROTOCOL_VERSION]: REASON_CODE.UNSUPPORTED_PROTOCOL_VERSION,
  [RETURN_CODE.IDENTIFIER_REJECTED]: REASON_CODE.CLIENT_IDENTIFIER_NOT_VALID,
  [RETURN_CODE.SERVER_UNAVAILABLE]: REASON_CODE.SERVER_UNAVAILABLE,
  [RETURN_CODE.BAD_USER_NAME_OR_PASSWORD]: REASON_CODE.BAD_USER_NAME_OR_PASSWORD,
  [RETURN_CODE.NOT_AUTHORIZED]: REASON_CODE.NOT_AUTHORIZED
}

/** Hooks for those faults that are decisions of the broker. Decisions for which no fault is on have none. */
export function faultHooks(choice: FaultChoice): Hooks {
  return {
    ...(choice.has('connack') && {
      connect(asker, { version }) {
        if (choice.spares(asker)) return null
        const fault = choice.strike('connack', subjectOf(asker), (spec) => codeFor(spec, version) !== null)
        if (!fault) return null
        choice.tell(fault, asker, null, { direction: 'in' })
        return new Refusal('Refused by a fault that is switched on.', codeFor(fault.spec, version)!)
      }
    }),
    ...(choice.has('suback') && {
      subscribe(asker, filter, { qos }) {
        if (choice.spares(asker)) return qos
        const subject = subjectOf(asker, filter)
        const fault = choice.strike('suback', subject)
        if (!fault) return qos
        choice.tell(fault, asker, null, { direction: 'in', subject })
        return fault.spec.reasonCode
      }
    }),
    ...(choice.has('quota') && {
      publish(asker, { topic }) {
        if (choice.spares(asker)) return REASON_CODE.SUCCESS
        const subject = subjectOf(asker, topic)
        const fault = choice.strike('quota', subject)
        if (!fault) return REASON_CODE.SUCCESS
        choice.tell(fault, asker, null, { direction: 'in', subject })
        return REASON_CODE.QUOTA_EXCEEDED
      }
    }),
    ...(choice.has('queueFull') && {
      full(asker, { topic }) {
        if (choice.spares(asker)) return false
        const subject = subjectOf(asker, topic)
        const fault = choice.strike('queueFull', subject)
        if (fault) choice.tell(fault, asker, null, { direction: 'out', subject })
        return fault !== null
      }
    })
  }
}

function subjectOf({ clientId, listener }: Asker, topic?: string): Subject {
  return { clientId, listener: listener?.port ?? null, topics: topic === undefined ? [] : [topic] }
}

/** null: the fault is not for clients of this version. */
function codeFor({ returnCode, reasonCode }: SpecOf<'connack'>, version: MqttVersion): number | null {
  if (version === 5) return reasonCode
  return returnCode === null ? null : reasonCodes[returnCode]!
}
