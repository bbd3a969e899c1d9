import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { mosquittoPub } from './fixtures/clients'
import { PacketsPage } from './pages/packets'
import { expect, test } from './test'

test('packets are recorded from the page, a publish opens as its handshake, and Wireshark reads the export', async ({
  app,
  mosquitto,
  page,
  treetop
}) => {
  await mosquitto.start({ user: 'ana', password: 's3cret!' })
  await app.newProfile({ name: 'Plant', host: '127.0.0.1', port: mosquitto.tcp }, async () => {
    await app.field('User name').fill('ana')
    await app.field('Password').fill('s3cret!')
  })
  await app.expectOnline('Plant')
  const packets = new PacketsPage(page)
  await app.go('Packets')
  await app.button('Record packets').click()
  await expect(page.getByText('No packets yet')).toBeVisible()

  await app.go('Topics')
  await app.publish('plant/lamp', 'on', 2)
  await expect(app.publishResult).toContainText('PUBCOMP')
  await app.go('Packets')
  await packets.rows(/→\s*PUBLISH.*plant\/lamp/).click()
  await expect(packets.steps).toHaveText([
    /→\s*PUBLISH/,
    /←\s*PUBREC\s*\+[\d.]+ ms/,
    /→\s*PUBREL\s*\+/,
    /←\s*PUBCOMP\s*\+/
  ])
  await expect(packets.detail).toContainText('Topic Name')
  await packets.steps.last().click()
  await expect(packets.detail.getByRole('heading').first()).toHaveText('PUBCOMP')

  await page.getByRole('searchbox', { name: 'Topic, filter or client ID' }).fill('LAMP')
  await expect(packets.rows(/PUB(REC|REL|COMP|ACK)/)).toHaveCount(0)
  await expect(packets.rows('plant/lamp')).toHaveCount(2)
  await page.getByRole('searchbox', { name: 'Topic, filter or client ID' }).fill('')

  const file = test.info().outputPath('packets.pcapng')
  writeFileSync(file, await treetop.saved(() => packets.export('As pcapng, for Wireshark')))
  const read = execFileSync('tshark', ['-r', file, '-V'], { encoding: 'utf8' })
  for (const text of ['Connect Command', 'User Name: ana', 'Topic: plant/lamp', 'Publish Complete'])
    expect(read).toContain(text)
  expect(read).not.toContain('s3cret')
  rmSync(file)
  expect((await treetop.saved(() => packets.export('As text'))).toString()).toMatch(
    /> {2}PUBLISH .*QoS 2 {2}"plant\/lamp"/
  )
})

test('the log follows a flood at its end, and does not move while scrolled back', async ({
  app,
  treetop,
  page
}) => {
  await app.startLocalBroker()
  const packets = new PacketsPage(page)
  await app.go('Packets')
  await app.button('Record packets').click()
  await expect(page.getByText('No packets yet')).toBeVisible()
  const send = (from: number): void => {
    for (let i = from; i < from + 40; i++) mosquittoPub(treetop.brokerPort, `flood/${i}`, 'x')
  }
  send(0)
  await expect(packets.rows('flood/39')).toBeInViewport()
  await packets.table.hover()
  await page.mouse.wheel(0, -300)
  await expect(app.button('Follow newest')).toBeVisible()
  // Until the wheel has scrolled to its end.
  const firstRow = (): Promise<string | null> => packets.rows('flood/').first().textContent()
  let first: string | null = null
  await expect.poll(async () => first === (first = await firstRow()), { intervals: [300] }).toBe(true)
  send(40)
  await expect(app.button(/\d+ newer/)).toBeVisible()
  expect(await firstRow()).toBe(first)
  await expect(packets.rows('flood/79')).toHaveCount(0)
  await app.button(/\d+ newer/).click()
  await expect(packets.rows('flood/79')).toBeInViewport()
})
