import { ScramBroker } from '../src/main/mqtt/scram-broker.fixture'
import { expect, test } from './test'

test('a template fills in the form; a PFX file lets the client in, and its wrong passphrase is told at the field', async ({
  app,
  page,
  mosquitto
}) => {
  await mosquitto.start({ requireCertificate: true })
  await app.go('Connections')
  await app.button('New connection').first().click()
  await app.field('Template').selectOption('AWS IoT Core, with a certificate')
  await expect(app.field('Port')).toHaveValue('443')
  await expect(app.field('ALPN protocols')).toHaveValue('x-amzn-mqtt-ca')
  await app.field('Template').selectOption('HiveMQ Cloud')
  await expect(app.field('Port')).toHaveValue('8883')
  await expect(app.field('ALPN protocols')).toHaveValue('')
  await app.field('Host').fill('localhost')
  await app.field('Port').fill(String(mosquitto.tls))
  await app.field('CA certificate').fill(mosquitto.ca)
  await app.choice('Client certificate from', 'PFX or P12 file').check()
  const chosen = page.waitForEvent('filechooser')
  await page.getByTitle('Choose a file: PFX or P12 file').click()
  await (await chosen).setFiles(mosquitto.clientPfx('oven', 'open sesame'))
  await expect(page.getByText(/^client\.p12, /)).toBeVisible()
  await app.field('Passphrase').fill('wrong')
  await app.field('Passphrase').press('Tab')
  await expect(app.field('Passphrase')).toHaveAccessibleDescription(/This passphrase does not open the key/)
  await app.field('Passphrase').fill('open sesame')
  await app.button('Save and connect').click()
  await app.expectOnline('localhost')
  expect(mosquitto.output).toContain("u'oven'")
})

test('signs in by SCRAM, and leaves a broker that cannot prove that it knows the password', async ({
  app,
  page
}) => {
  const broker = new ScramBroker('open sesame')
  const impostor = new ScramBroker('open sesame', 'signature')
  await broker.start()
  await impostor.start()
  try {
    const signIn = async (): Promise<void> => {
      await app.field('Authentication').selectOption('SCRAM-SHA-256')
      await app.field('User name').fill('ann')
      await app.field('Password').fill('open sesame')
    }
    await app.newProfile({ name: 'Plant', host: '127.0.0.1', port: broker.port }, signIn)
    await app.expectOnline('Plant')
    await app.newProfile({ name: 'Other', host: '127.0.0.1', port: impostor.port }, signIn)
    await expect(page.getByText(/without proving that it knows the password/).first()).toBeVisible()
    const sent = [...broker.received, ...impostor.received]
      .flatMap((packet) => [
        ...(packet.cmd === 'connect' ? [packet.password, packet.properties?.authenticationData] : []),
        ...(packet.cmd === 'auth' ? [packet.properties?.authenticationData] : [])
      ])
      .map((data) => data?.toString() ?? '')
    expect(sent).toContainEqual(expect.stringMatching(/^n,,n=ann,r=/))
    expect(sent.join()).not.toContain('open sesame')
  } finally {
    await broker.stop()
    await impostor.stop()
  }
})
