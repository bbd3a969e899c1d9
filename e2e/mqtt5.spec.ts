import { mosquittoPub } from './fixtures/clients'
import { expect, test } from './test'

test('a profile has MQTT 5 options of its subscriptions, its will and CONNECT; one added by hand is kept in it', async ({
  app,
  page,
  treetop
}) => {
  await app.startLocalBroker()
  const port = treetop.brokerPort
  await app.newProfile({ name: 'Options', host: '127.0.0.1', port }, async () => {
    await app.button('Options of filter 1').click()
    await app.field('Subscription identifier').fill('5')
    await app.field('Alias').fill('All of it')
    await page
      .getByRole('radiogroup', { name: 'Color of its topics' })
      .getByRole('radio', { name: 'Red' })
      .check()
    await app.field('Receive maximum').fill('20')
    await app.field('Topic alias maximum').fill('10')
    await page.getByRole('switch', { name: 'Set a will' }).click()
    await app.field('Will topic').fill('plant/gone')
    await app.field('Will delay').fill('30')
    await page
      .getByRole('region', { name: 'Will' })
      .getByRole('button', { name: 'Add user property' })
      .click()
    for (const keys of ['line', '1']) {
      await page.keyboard.type(keys)
      await page.keyboard.press('Tab')
    }
  })
  await app.expectOnline('Options')
  for (const value of ['1', '2']) mosquittoPub(port, 'plant/oven', value, '-q', '1')
  await app.select('plant/oven')
  await expect(app.payload).toContainText('2')
  await expect(app.subscriptionMarks('plant/oven')).toHaveAccessibleName('All of it')
  await expect(page.getByRole('list', { name: 'Subscriptions of this topic' })).toHaveText('All of it')
  await expect(page.getByLabel('MQTT 5 properties', { exact: true })).toContainText(
    'Subscription identifier 5'
  )

  await app.status.getByRole('button').click()
  const dialog = page.getByRole('dialog')
  const keep = dialog.getByRole('button', { name: /^Keep/ })
  await expect(keep).toHaveCount(0)
  await dialog.getByRole('textbox', { name: 'Add a subscription' }).fill('own/#')
  await dialog.getByRole('button', { name: 'Subscription options' }).click()
  await dialog.getByRole('checkbox', { name: /^No Local/ }).check()
  await dialog.getByRole('textbox', { name: 'Alias' }).fill('Mine')
  await dialog.getByRole('button', { name: 'Subscribe', exact: true }).click()
  await expect(dialog.getByRole('row', { name: /own\/#.*Mine · No Local/ })).toContainText('QoS 0')
  await keep.click()
  await expect(app.toast('own/# is now in the profile.')).toBeVisible()
  await expect(keep).toHaveCount(0)
  await dialog.getByRole('button', { name: 'Unsubscribe from own/#' }).click()
  await expect(dialog.getByText('Unsubscribed from own/# · UNSUBACK: Success (0)')).toBeVisible()
  await dialog.getByRole('button', { name: 'Edit profile' }).click()
  await expect(app.field('Filter 3')).toHaveValue('own/#')
  await expect(page.getByText('Mine · No Local', { exact: true })).toBeVisible()
  await expect(app.field('Will delay')).toHaveValue('30')
  await expect(app.field('Receive maximum')).toHaveValue('20')
  await expect(app.field('Name of user property 1')).toHaveValue('line')
})
