import { defaultProfile, type ProfileDraft } from '../../../shared/contract/profiles'
import { m } from '../../paraglide/messages'

/** The services that the form of a new connection can be filled in for. */
export type TemplateId = 'awsCertificate' | 'awsAuthorizer' | 'iotHub' | 'eventGrid' | 'hivemq'

interface Template {
  name: () => string
  /** What is left to fill in. */
  hint: () => string
  fields: () => Partial<ProfileDraft>
}

const secure = { protocol: 'mqtts', port: 8883, version: 5 } as const
const everything: ProfileDraft['subscriptions'] = [{ filter: '#', qos: 0 }]

function tls(alpn: string[]): ProfileDraft['tls'] {
  return { ...defaultProfile('').tls, alpn }
}

export const templates: Readonly<Record<TemplateId, Template>> = {
  awsCertificate: {
    name: m.template_aws_certificate,
    hint: m.template_aws_certificate_hint,
    fields: () => ({ ...secure, port: 443, tls: tls(['x-amzn-mqtt-ca']), subscriptions: everything })
  },
  awsAuthorizer: {
    name: m.template_aws_authorizer,
    hint: m.template_aws_authorizer_hint,
    fields: () => ({
      ...{ ...secure, port: 443, tls: tls(['mqtt']), subscriptions: everything },
      username: '?x-amz-customauthorizer-name=AUTHORIZER'
    })
  },
  iotHub: {
    name: m.template_iot_hub,
    hint: m.template_iot_hub_hint,
    fields: () => ({
      ...{ ...secure, version: 4 },
      clientId: 'DEVICE',
      username: 'HUB.azure-devices.net/DEVICE/?api-version=2021-04-12',
      subscriptions: [{ filter: 'devices/DEVICE/messages/devicebound/#', qos: 1 }]
    })
  },
  eventGrid: {
    name: m.template_event_grid,
    hint: m.template_event_grid_hint,
    fields: () => ({ ...secure, username: 'CLIENT', subscriptions: everything })
  },
  hivemq: {
    name: m.template_hivemq,
    hint: m.template_hivemq_hint,
    fields: () => ({ ...secure, subscriptions: everything })
  }
}

/** What a template fills in, and what a new profile has there without one. */
function fieldsOf(id: TemplateId | null, clientId: string): Partial<ProfileDraft> {
  const { protocol, port, version, username, tls, subscriptions } = defaultProfile('')
  const none = { protocol, port, version, username, tls, subscriptions, clientId }
  return { ...none, ...(id && templates[id].fields()) }
}

/** The fields with those of a template (null: none) in the place of another's. What was typed in a field stays. */
export function withTemplate(
  draft: ProfileDraft,
  before: TemplateId | null,
  id: TemplateId | null,
  clientId: string
): ProfileDraft {
  const [old, next] = [fieldsOf(before, clientId), fieldsOf(id, clientId)]
  const untouched = (field: keyof ProfileDraft): boolean =>
    JSON.stringify(draft[field]) === JSON.stringify(old[field])
  const filled = Object.entries(next).filter(([field]) => untouched(field as keyof ProfileDraft))
  const result = structuredClone({ ...draft, ...Object.fromEntries(filled) })
  if (!untouched('tls') && draft.tls.alpn.join() === old.tls?.alpn.join())
    result.tls.alpn = next.tls?.alpn ?? []
  return result
}
