import { expect, it } from 'vitest'
import { defaultProfile, ProfileDraft } from '../../../shared/contract/profiles'
import { templates, withTemplate, type TemplateId } from './templates'

it.each(Object.keys(templates) as TemplateId[])(
  '%s fills in a form that needs only what its hint says',
  (id) => {
    const draft = { ...defaultProfile('mine'), name: 'Cloud', host: 'broker.example' }
    const filled = withTemplate(draft, null, id, 'mine')
    expect(ProfileDraft.safeParse(filled).success).toBe(true)
    expect(filled).toMatchObject({ name: 'Cloud', host: 'broker.example', protocol: 'mqtts' })
    expect(filled.subscriptions.every(({ qos }) => qos < 2)).toBe(true)
    expect(withTemplate(filled, id, null, 'mine')).toEqual(draft)
  }
)

it('AWS IoT is reached on port 443 by ALPN', () => {
  const { port, tls } = withTemplate(defaultProfile('mine'), null, 'awsCertificate', 'mine')
  expect({ port, alpn: tls.alpn }).toEqual({ port: 443, alpn: ['x-amzn-mqtt-ca'] })
})

it('what was typed stays when another template is chosen', () => {
  const filled = withTemplate(defaultProfile('mine'), null, 'iotHub', 'mine')
  const typed = { ...filled, username: 'anna', tls: { ...filled.tls, ca: 'typed' } }
  expect(withTemplate(typed, 'iotHub', 'awsCertificate', 'mine')).toMatchObject({
    ...{ username: 'anna', port: 443, version: 5, clientId: 'mine' },
    tls: { ca: 'typed', alpn: ['x-amzn-mqtt-ca'] }
  })
})
